import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

/*
 * What is unique is unique within a workspace: two of them hold the same values side by side, and no answer to either,
 * be it of success or of a conflict, tells that the other is there.
 */
let world: World;
let other: World;
beforeAll(async () => {
  world = await openWorld();
  other = await world.another();
});
afterAll(() => world.close());

const references = [{ source: 'erp', key: 'EQUAL-1' }];
const deals = (of: World) => `pipeline_${of.pipelines.deal.id}`;

/** Every value that is unique in a workspace, as a client gives it. */
const claims: [string, string, (of: World) => Record<string, unknown>][] = [
  ['external ids of a company', 'companyCreate', () => ({ name: 'Equal', externalReferences: references })],
  ['skus', 'productCreate', () => ({ name: 'Equal', sku: 'EQUAL-1' })],
  ['names of tags', 'tagCreate', () => ({ name: 'Equal' })],
  ['names of teams', 'teamCreate', () => ({ name: 'Equal' })],
  ['names of roles', 'roleCreate', () => ({ name: 'Equal', grants: [] })],
  ['names of pipelines', 'pipelineCreate', () => ({ name: 'Equal', kind: 'DEAL' })],
  ['names of stages', 'stageCreate', (of) => ({
    name: 'Equal', pipelineId: deals(of), status: 'OPEN', probability: 5,
  })],
  ['days of exchange rates', 'exchangeRateCreate', () => ({ currency: 'CHF', rate: '1.05', validOn: '2026-01-01' })],
  ['suppressed addresses', 'mailSuppressionCreate', () => ({ address: 'equal@mail.example' })],
  ['invited addresses', 'invitationCreate', () => ({ email: 'equal@mail.example' })],
];

/** An answer without the ids and instants that are new each time. */
function plain(answer: object): string {
  return JSON.stringify(answer).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(
    /\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'THEN');
}

test.each(claims)('%s may be the same in two workspaces, and a conflict is about one\'s own alone', async (_what, name, input) => {
  const create = (of: World) => of.as(of.owner).mutate(name, input(of), 'id');
  const first = await create(world);
  expect(first).toMatchObject({ record: { id: expect.any(String) }, userErrors: [], errors: [] });
  const second = await create(other);
  expect(plain(second)).toBe(plain(first));

  const again = await create(other);
  expect(again).toMatchObject({ record: null, userErrors: [{ code: 'TAKEN' }] });
  const told = JSON.stringify(again);
  for (const secret of [world.workspaceId, world.slug, first.record!.id]) expect(told).not.toContain(secret);
  expect(plain(await create(world))).toBe(plain(again));
});

test('what only another workspace has is free', async () => {
  expect((await world.as(world.owner).mutate('tagCreate', { name: 'Ours alone' }, 'id')).userErrors).toEqual([]);
  const theirs = await other.as(other.owner).done<{ id: string; version: number }>('tagCreate', { name: 'Theirs' });
  const renamed = await other.as(other.owner).mutate('tagUpdate', { ...theirs, name: 'Ours alone' }, 'id');
  expect(renamed).toMatchObject({ record: { id: theirs.id }, userErrors: [] });
});
