import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

// Whoever can read a record reads the activities on it. The read compiler does not ask that again below a record that
// it has just found readable; these tests are about where that must not reach too far.

type Activities = { activities: { totalCount: number; nodes: { subject: string }[] } };

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const selection = 'activities { totalCount nodes { subject } }';
const subjects = ({ activities }: Activities) => activities.nodes.map(({ subject }) => subject).sort();

test('activities of foreigners are seen on a deal that one can read', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  await world.anActivity({ dealId: deal.id, owner: world.southRep, subject: 'From the south' });
  await world.anActivity({ dealId: deal.id, owner: world.rep, subject: 'Own' });
  await world.anActivity({ dealId: deal.id, owner: world.rep, subject: 'Gone', deletedAt: new Date() });
  const { deal: found } = await world.as(world.rep)
    .data<{ deal: Activities }>(`query($id: ID!) { deal(id: $id) { ${selection} } }`, { id: deal.globalId });
  expect(subjects(found)).toEqual(['From the south', 'Own']);
  expect(found.activities.totalCount).toBe(2);
});

test('on a deleted deal only those are seen that one could read anyway', async () => {
  const deal = await world.aDeal({ owner: world.manager, deletedAt: new Date() });
  await world.anActivity({ dealId: deal.id, owner: world.southRep, subject: 'From the south' });
  await world.anActivity({ dealId: deal.id, owner: world.manager, subject: 'Own' });
  const { deals } = await world.as(world.manager).data<{ deals: { nodes: (Activities & { id: string })[] } }>(
    `{ deals(deleted: ONLY) { nodes { id ${selection} } } }`);
  const found = deals.nodes.find(({ id }) => id === deal.globalId)!;
  expect(subjects(found)).toEqual(['Own']);
  expect(found.activities.totalCount).toBe(1);
});

test('deleted activities on a readable deal are seen by those who may see them at all', async () => {
  const deal = await world.aDeal({ owner: world.manager });
  await world.anActivity({ dealId: deal.id, owner: world.southRep, subject: 'From the south', deletedAt: new Date() });
  await world.anActivity({ dealId: deal.id, owner: world.manager, subject: 'Own', deletedAt: new Date() });
  const { deal: found } = await world.as(world.manager).data<{ deal: Activities }>(
    'query($id: ID!) { deal(id: $id) { activities(deleted: ONLY) { totalCount nodes { subject } } } }',
    { id: deal.globalId });
  expect(subjects(found)).toEqual(['From the south', 'Own']);
});

test('the way back from an activity leads to no deal out of reach', async () => {
  const company = await world.aCompany({ owner: world.rep });
  const deal = await world.aDeal({ owner: world.southRep });
  await world.anActivity({ dealId: deal.id, companyId: company.id, owner: world.southRep, subject: 'On both' });
  const { company: found } = await world.as(world.rep).data<{
    company: { activities: { nodes: { subject: string; deal: object | null }[] } };
  }>(
    'query($id: ID!) { company(id: $id) { activities { nodes { subject deal { id activities { totalCount } } } } } }',
    { id: company.globalId });
  expect(found.activities.nodes).toEqual([{ subject: 'On both', deal: null }]);
});
