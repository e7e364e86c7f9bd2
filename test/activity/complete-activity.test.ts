import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a task is completed and reopened, and the audit says so', async () => {
  const task = await world.anActivity({ owner: world.rep });
  const api = world.as(world.rep);
  const done = await api.done<{ completedAt: string; version: number }>(
    'activityComplete', { id: task.globalId, version: 1 }, 'completedAt version');
  expect(new Date(done.completedAt).getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(done.version).toBe(2);
  expect(await api.done('activityReopen', { id: task.globalId, version: 2 }, 'completedAt version'))
    .toEqual({ completedAt: null, version: 3 });
  expect(await world.audited(task.id)).toEqual([
    { by: 'Rep', did: 'activity.complete', fields: ['completedAt'] },
    { by: 'Rep', did: 'activity.reopen', fields: ['completedAt'] },
  ]);
  expect(
    await world.rows('select type, record_version from outbox_event where record_id = $1 order by id', [task.id]),
  ).toEqual([
    { type: 'activity.complete', record_version: 2 },
    { type: 'activity.reopen', record_version: 3 },
  ]);
});

test('only tasks are completed', async () => {
  for (const kind of ['CALL', 'MEETING', 'NOTE', 'EMAIL'] as const) {
    const activity = await world.anActivity({ owner: world.rep, kind });
    for (const mutation of ['activityComplete', 'activityReopen']) {
      const { userErrors } = await world.as(world.rep).mutate(mutation, { id: activity.globalId, version: 1 });
      expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'id'] }]);
    }
  }
});

test('a completed task is not completed again, an open one not reopened', async () => {
  const task = await world.anActivity({ owner: world.rep });
  const api = world.as(world.rep);
  expect((await api.mutate('activityReopen', { id: task.globalId, version: 1 })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
  await api.done('activityComplete', { id: task.globalId, version: 1 });
  expect((await api.mutate('activityComplete', { id: task.globalId, version: 1 })).userErrors).toMatchObject([
    { code: 'VERSION_CONFLICT' },
  ]);
  expect((await api.mutate('activityComplete', { id: task.globalId, version: 2 })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
});

test('one key may serve to complete and, as another mutation, to reopen', async () => {
  const task = await world.anActivity({ owner: world.rep });
  const api = world.as(world.rep);
  await api.done('activityComplete', { id: task.globalId, version: 1, idempotencyKey: 'k' });
  await api.done('activityReopen', { id: task.globalId, version: 2, idempotencyKey: 'k' });
  const replay = await api.done(
    'activityComplete',
    { id: task.globalId, version: 1, idempotencyKey: 'k' },
    'completedAt version',
  );
  expect(replay).toEqual({ completedAt: null, version: 3 });
});

test('a colleague\'s task is not there for a rep; the manager of the team completes it', async () => {
  const task = await world.anActivity({ owner: world.colleague });
  const { userErrors } = await world.as(world.rep).mutate('activityComplete', { id: task.globalId, version: 1 });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  await world.as(world.manager).done('activityComplete', { id: task.globalId, version: 1 });
});
