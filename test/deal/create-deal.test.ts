import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a deal begins in the first open stage of the first pipeline and belongs to whoever creates it', async () => {
  const deal = await world.as(world.rep).done<{ stage: { name: string }; owner: { name: string } }>(
    'dealCreate', { title: 'Ten chairs' }, 'stage { name } owner { name }');
  expect(deal).toEqual({ stage: { name: 'Prospecting' }, owner: { name: 'Rep' } });
});

test('what a colleague owns is not there for a rep, and what an empty title is wrong with is said', async () => {
  const deal = await world.aDeal({ owner: world.colleague });
  const answer = await world.as(world.rep).ask('query($id: ID!) { deal(id: $id) { id } }', { id: deal.globalId });
  expect(answer).toEqual({ data: { deal: null }, errors: [] });
  const refused = await world.as(world.rep).mutate('dealCreate', { title: ' ' });
  expect(refused.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'title'] }]);
});
