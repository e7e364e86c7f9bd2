import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueue, enqueueAll } from '../../src/jobs/enqueue.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';
import { count, countSlowly, hang, makeEffectTable } from './test-jobs.ts';
import { type WorkerProcess, startWorkerProcess } from './worker-processes.ts';
import { aWorker } from './working.ts';

let world: World;
const processes: WorkerProcess[] = [];
beforeAll(async () => {
  world = await openWorld();
  await makeEffectTable(world);
});
afterAll(async () => {
  await Promise.all(processes.map((each) => each.kill()));
  await world.close();
});

async function start(): Promise<WorkerProcess> {
  const started = await startWorkerProcess(world);
  processes.push(started);
  return started;
}
const records = (howMany: number) => Array.from({ length: howMany }, () => ({ recordId: world.services.newId() }));
const effects = (kind: string) => world.rows<{ id: string; pid: number }>(
  'select id, pid from effect where kind = $1', [kind]);
const states = async () => Object.fromEntries((await world.rows<{ state: string; jobs: number }>(
  `select state::text, count(*)::int as jobs from gatehouse_jobs.job where group_id is not null group by 1`))
  .map(({ state, jobs }) => [state, jobs]));

test('what a killed worker was doing is done by another within a minute, and once', async () => {
  const [victim, survivor] = [await start(), await start()];
  const all = records(120);
  await world.database.transaction(world.workspaceId, (tx) => enqueueAll(tx, world.services, countSlowly, all));
  const by = async (pid?: number) => (await effects('countSlowly')).filter((each) => each.pid === pid).length;
  await until(async () => await by(victim.process.pid) > 3 && await by(survivor.process.pid) > 3);
  await victim.kill();
  const killedAt = Date.now();
  await until(async () => (await effects('countSlowly')).length >= all.length);
  expect(Date.now() - killedAt).toBeLessThan(60_000);
  const ids = (await effects('countSlowly')).map(({ id }) => id).sort();
  expect(ids).toEqual(all.map(({ recordId }) => recordId).sort());
  const ended = await survivor.stop();
  expect(ended.code).toBe(0);
});

test('a worker that is asked to stop claims nothing more, finishes what it can, and releases the rest', async () => {
  const worker = await start();
  const [slow, hanging] = [records(20), records(2)];
  await world.database.transaction(world.workspaceId, async (tx) => {
    await enqueueAll(tx, world.services, countSlowly, slow);
    await enqueueAll(tx, world.services, hang, hanging);
  });
  await until(async () => (await effects('hang')).length === 2);
  const { code, milliseconds } = await worker.stop();
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(30_000);
  expect(await states()).not.toHaveProperty('active');
  const doneBefore = (await effects('countSlowly')).length;
  const next = await start();
  await until(async () => (await effects('hang')).length === 4 && (await effects('countSlowly')).length === 140);
  expect(doneBefore).toBeLessThan(140);
  await next.stop();
  expect((await states()).active).toBeUndefined();
});

test('a job with a key begins when all who want it have committed, and once for all of them', async () => {
  const [{ recordId }] = records(1) as [{ recordId: string }];
  const want = () => world.database.transaction(
    world.workspaceId, (tx) => enqueue(tx, world.services, count, { recordId }, { key: recordId }));
  await Promise.all([want(), want(), want()]);
  let commit = () => {};
  const mayCommit = new Promise<void>((resolve) => { commit = resolve; });
  let hasEnqueued = () => {};
  const enqueued = new Promise<void>((resolve) => { hasEnqueued = resolve; });
  const changing = world.database.transaction(world.workspaceId, async (tx) => {
    await enqueue(tx, world.services, count, { recordId }, { key: recordId });
    hasEnqueued();
    await mayCommit;
  });
  await enqueued;
  const worker = await aWorker(world, { jobs: [count], upkeep: [] });
  const [other] = records(1) as [{ recordId: string }];
  await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, count, other));
  const done = async (id: string) => (await effects('count')).filter((each) => each.id === id).length;
  await until(async () => await done(other.recordId) === 1);
  expect(await done(recordId)).toBe(0);
  commit();
  await changing;
  await until(async () => await done(recordId) > 0);
  await want();
  await until(async () => await done(recordId) > 1);
  expect(await done(recordId)).toBe(2);
  await worker.stop();
});

test('a worker whose job was taken over by another cannot end it, and what it did is undone', async () => {
  const [{ recordId }] = records(1) as [{ recordId: string }];
  const worker = await aWorker(world, { jobs: [countSlowly], upkeep: [] });
  const before = (await effects('countSlowly')).length;
  await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, countSlowly, { recordId }));
  await until(async () => 'active' in await states());
  // What the monitor of another worker would do if this one had shown no heartbeat.
  await world.rows(`update gatehouse_jobs.job set retry_count = retry_count + 1 where state = 'active'`);
  await until(() => worker.lines.some(({ outcome }) => outcome === 'lost'));
  expect((await effects('countSlowly')).length).toBe(before);
  await worker.stop();
});
