import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a manager puts an activity of the team into the bin and takes it out again', async () => {
  const activity = await world.anActivity({ owner: world.rep });
  const api = world.as(world.manager);
  expect(await api.mutate('activityDelete', { id: activity.globalId, version: 1 })).toEqual({
    record: null,
    userErrors: [],
    errors: [],
  });
  const { activities } = await api.data<{ activities: { nodes: { id: string; version: number }[] } }>(
    '{ activities(deleted: ONLY) { nodes { id version } } }');
  expect(activities.nodes).toEqual([{ id: activity.globalId, version: 2 }]);
  expect(await api.done('activityRestore', { id: activity.globalId, version: 2 }, 'version deletedAt')).toEqual({
    version: 3,
    deletedAt: null,
  });
  expect((await world.audited(activity.id)).map(({ did }) => did)).toEqual(['activity.delete', 'activity.restore']);
});

test('a rep deletes nothing, not even what is his', async () => {
  const activity = await world.anActivity({ owner: world.rep });
  const { errors } = await world.as(world.rep).mutate('activityDelete', { id: activity.globalId, version: 1 });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'activity.delete' } }]);
});

test('an activity of another team is not there to be deleted', async () => {
  const activity = await world.anActivity({ owner: world.southRep });
  const { userErrors } = await world.as(world.manager).mutate('activityDelete', { id: activity.globalId, version: 1 });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('an activity changed meanwhile stays out of the bin', async () => {
  const activity = await world.anActivity({ owner: world.rep, version: 4 });
  const { userErrors } = await world.as(world.manager).mutate('activityDelete', { id: activity.globalId, version: 3 });
  expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 4 }]);
});
