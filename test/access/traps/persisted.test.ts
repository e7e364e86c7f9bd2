import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerOperation } from '../../../src/db/identity.ts';
import { type SecondServer, secondServer } from '../../support/second-server.ts';
import { type World, type WorldMember, openWorld } from '../../support/world.ts';

/*
 * One registered document for everybody: what was parsed, validated and measured for one of them is there when the next
 * asks, and must not bring along what that one may see.
 */
let world: World;
/** As people start it: what introspection shows depends on who asks. */
let server: SecondServer;
let people: readonly WorldMember[];
beforeAll(async () => {
  world = await openWorld();
  server = await secondServer(world);
  people = [world.owner, world.manager, world.rep, world.southRep, world.viewer, await world.aMember({ roles: [] })];
  for (const owner of [world.rep, world.southRep]) {
    await world.aDeal({ owner, amountMinor: 5n, source: 'Fair' });
    await world.aCompany({ owner, annualRevenueMinor: 7n, phone: '+49 30 1' });
  }
});
afterAll(async () => {
  await server.close();
  await world.close();
});

async function send(member: WorldMember, body: object): Promise<unknown> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${member.token}` },
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string; path: unknown }[] };
  // What is read at the same time answers in whatever order PostgreSQL does.
  return { data, errors: errors?.map(({ message, path }) => `${String(path)}: ${message}`).sort() };
}

const documents = [
  '{ deals { totalCount nodes { id amount { amountMinor } source } } companies { nodes { id phone notes } } }',
  '{ deals(where: { amount: { gt: "1" } }) { totalCount } companies(where: { phone: { ne: "1" } }) { nodes { id } } }',
  '{ deals(orderBy: [{ field: AMOUNT }]) { totalCount } leads(orderBy: [{ field: SCORE }]) { totalCount } }',
  '{ __type(name: "Deal") { fields { name } } all: __schema { queryType { fields { name } } } }',
  'mutation { dealCreate(input: { title: "", amount: { amountMinor: "5" } }) { userErrors { code } } }',
];

test.each(documents)('a document is answered to each by his own rights: %s', async (query) => {
  const alone: unknown[] = [];
  // With a name of its own for each, so that no text comes twice.
  const named = (at: number) => query.replace(/^(mutation )?\{/, (_all, kind = 'query ') => `${kind}Q${at} {`);
  for (const [at, member] of people.entries()) alone.push(await send(member, { query: named(at) }));
  expect(new Set(alone.map((each) => JSON.stringify(each))).size).toBeGreaterThan(1);
  const documentId = await registerOperation(world.database, 'web', query);
  for (const order of [people, [...people].reverse()]) {
    for (const member of order) expect(await send(member, { documentId })).toEqual(alone[people.indexOf(member)]);
  }
  // All at the same moment, and the text beside the id.
  const together = [...people, ...people].map((member) => send(member, { documentId, query }));
  expect(await Promise.all(together)).toEqual([...alone, ...alone]);
});
