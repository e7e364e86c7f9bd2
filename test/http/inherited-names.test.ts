import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

/** What every object in JavaScript has without being given it, and what a look-up by name must not find. */
const inherited = Object.getOwnPropertyNames(Object.prototype);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Codes of answers that say what is wrong with a document. */
const isTold = expect.stringMatching(/^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT|BAD_REQUEST)$/) as string;

const places: [string, (name: string) => { query: string; variables?: Record<string, unknown> }][] = [
  ['a field of a query', (name) => ({ query: `{ ${name} }` })],
  ['a field of a mutation', (name) => ({ query: `mutation { ${name} }` })],
  ['a field of a record', (name) => ({ query: `{ deals(first: 1) { nodes { ${name} } } }` })],
  ['an argument', (name) => ({ query: `{ deals(${name}: 1) { totalCount } }` })],
  ['a type', (name) => ({ query: `{ node(id: "x") { ... on ${name} { id } } }` })],
  ['the type of a variable', (name) => ({ query: `query ($a: ${name}) { deals(where: $a) { totalCount } }` })],
  ['a directive', (name) => ({ query: `{ deals @${name} { totalCount } }` })],
  ['a fragment that is not there', (name) => ({ query: `{ deals { ...${name} } }` })],
  ['a filter', (name) => ({ query: `{ deals(where: { ${name}: { eq: "x" } }) { totalCount } }` })],
  ['an operator', (name) => ({ query: `{ deals(where: { title: { ${name}: "x" } }) { totalCount } }` })],
  ['an order', (name) => ({ query: `{ deals(orderBy: [{ field: ${name}, direction: ASC }]) { totalCount } }` })],
  ['a key in a filter’s variable', (name) => ({
    query: 'query ($a: DealWhere) { deals(where: $a) { totalCount } }', variables: { a: JSON.parse(`{"${name}":{}}`) },
  })],
  ['a key in an input', (name) => ({
    query: 'mutation ($a: TagCreateInput!) { tagCreate(input: $a) { userErrors { code } } }',
    variables: { a: JSON.parse(`{"name":"x","${name}":1}`) },
  })],
];

test.each(places)('%s called like what every object has is answered as one that does not exist', async (_, make) => {
  for (const name of inherited) {
    const { query, variables } = make(name);
    const { errors } = await world.as(world.owner).ask(query, variables);
    expect([name, errors[0]?.extensions?.code]).toEqual([name, isTold]);
  }
});

test('names of variables, aliases, operations and fragments may be such names', async () => {
  for (const name of inherited) {
    const { data, errors } = await world.as(world.owner).ask(
      `query ${name}($${name}: Int) { ${name}: deals(first: $${name}) { ...${name} } }
       fragment ${name} on DealConnection { totalCount }`,
      JSON.parse(`{"${name}":1}`));
    expect([name, errors, data && Object.hasOwn(data, name)]).toEqual([name, [], true]);
  }
});

test('texts that are looked up by name may be such names: they are none of ours', async () => {
  const api = world.as(world.owner);
  const { id } = await api.done('companyCreate', { name: 'Adler' });
  for (const name of inherited) {
    const variables = { id, name, field: `Company.${name}`, type: `${name}.name` };
    const questions = [
      'query ($name: String!) { viewer { can(permission: $name) } }',
      'query ($id: ID!, $name: String) { accessExplain(id: $id, permission: $name) { isAllowed } }',
      'query ($id: ID!, $field: String) { accessExplain(id: $id, field: $field) { isAllowed } }',
      'query ($id: ID!, $type: String) { accessExplain(id: $id, field: $type) { isAllowed } }',
    ];
    for (const question of questions) {
      const used = Object.fromEntries(Object.entries(variables).filter(([key]) => question.includes(`$${key}:`)));
      const { errors } = await api.ask(question, used);
      expect([name, question, errors[0]?.extensions?.code]).toEqual([name, question, 'BAD_USER_INPUT']);
    }
  }
});
