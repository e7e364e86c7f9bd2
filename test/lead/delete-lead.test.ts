import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a deleted lead is in the bin alone, keeps its ledger, and comes back', async () => {
  const lead = await world.as(world.rep).done('leadCreate', { title: 'Binned' });
  await world.as(world.manager).mutate('leadDelete', lead);
  const bin = await world.as(world.manager).data(
    `{ leads(deleted: ONLY) { nodes { title stageChanges { toStage { name } } } } }`
  );
  expect(bin).toEqual({ leads: { nodes: [{ title: 'Binned', stageChanges: [{ toStage: { name: 'New' } }] }] } });
  const moved = await world.as(world.manager).mutate(
    'leadMove', { id: lead.id, version: 2, stageId: `stage_${world.pipelines.lead.stages.Contacted}` });
  expect(moved.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  const restored = await world.as(world.manager).done('leadRestore', { id: lead.id, version: 2 }, 'title version');
  expect(restored).toEqual({ title: 'Binned', version: 3 });
  const again = await world.as(world.manager).mutate('leadRestore', { id: lead.id, version: 3 });
  expect(again.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
});

test('a rep does not delete leads, not even his own', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const { errors } = await world.as(world.rep).mutate('leadDelete', { id: lead.globalId, version: 1 });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'lead.delete' } }]);
});
