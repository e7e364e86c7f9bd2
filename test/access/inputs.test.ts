import { getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type World, openWorld, sendTo } from '../support/world.ts';

/*
 * What no client may say: whose a record is among workspaces, when it was made, who changed it, and names that mean
 * something to JavaScript. Tried in every input of every mutation, found in the schema, so that a new one is tried
 * unasked.
 */
const unsaid = [
  'tenantId', 'workspaceId', 'workspace_id', 'role', 'isOwner', 'createdAt', 'updatedAt', 'deletedAt', 'createdById',
  'principal', '__proto__', 'constructor', 'prototype', 'toString',
];

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const inputsOfMutations = Object.values(schema.getMutationType()!.getFields()).flatMap(({ name, args }) => {
  const type = args[0] && getNamedType(args[0].type);
  return isInputObjectType(type) ? [{ name, type }] : [];
});

/** As a client writes it: an object in the program would take `__proto__` for its prototype. */
async function refusals(name: string, type: string, input: string): Promise<string> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${world.owner.token}` },
    body:
      `{"query":"mutation($input: ${type}!) { ${name}(input: $input) { __typename } }","variables":{"input":${input}}}`,
  });
  return response.text();
}

test('no input of any mutation takes a workspace, a role, a date of its making or a name of JavaScript\'s', async () => {
  expect(inputsOfMutations.length).toBeGreaterThan(60);
  const taken: string[] = [];
  for (const { name, type } of inputsOfMutations) {
    const refused = await refusals(name, type.name, `{${unsaid.map((key) => `"${key}":"x"`).join()}}`);
    for (const key of unsaid) {
      if (!refused.includes(`Field \\"${key}\\" is not defined by type \\"${type.name}\\"`)) {
        taken.push(`${name} ${key}`);
      }
    }
    if (!/"code":"BAD_USER_INPUT"/.test(refused)) taken.push(`${name} is answered: ${refused}`);
  }
  expect(taken).toEqual([]);
});

test('written into the document they are refused too', async () => {
  for (const key of unsaid) {
    const { data, errors } = await sendTo(
      world.url, `mutation { companyCreate(input: { name: "Unsaid", ${key}: "x" }) { company { id } } }`, {},
      world.owner.token);
    expect([key, data, errors[0]?.extensions?.code]).toEqual([key, null, 'GRAPHQL_VALIDATION_FAILED']);
  }
  expect(await world.rows("select 1 from company where name = 'Unsaid'")).toEqual([]);
});

test('what is refused sets nothing, not even the part that was right, and no object of the server learns of it', async () => {
  const company = await world.aCompany({ name: 'As it was' });
  const other = await world.another();
  const before = await world.rows('select * from company where id = $1', [company.id]);
  const tries = [
    `"workspaceId":"${other.workspaceId}"`, '"role":"OWNER"', '"createdAt":"2001-01-01T00:00:00Z"',
    '"__proto__":{"isPolluted":true}', '"constructor":{"prototype":{"isPolluted":true}}',
  ];
  for (const part of tries) {
    const input = `{"id":"${company.globalId}","version":1,"name":"Changed",${part}}`;
    expect(await refusals('companyUpdate', 'CompanyUpdateInput', input)).toContain('is not defined by type');
  }
  expect(await world.rows('select * from company where id = $1', [company.id])).toEqual(before);
  expect(await world.audited(company.id)).toEqual([]);
  expect(({} as Record<string, unknown>).isPolluted).toBeUndefined();
});
