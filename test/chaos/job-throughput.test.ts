import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueue, enqueueAll } from '../../src/jobs/enqueue.ts';
import { count, deliver, makeEffectTable } from '../jobs/test-jobs.ts';
import { type WorkerProcess, startWorkerProcess } from '../jobs/worker-processes.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';

// What a machine that does something else as well may fall below; `npm run bench:jobs` holds to it.
const floors = process.env.BENCH ? { enqueued: 1_000, done: 500, pickedUpSeconds: 2 } : null;

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
  await makeEffectTable(world);
  // A server that other tests have started would not.
  if (floors) expect(await world.rows('show fsync')).toEqual([{ fsync: 'on' }]);
});
afterAll(() => world.close());

const records = (howMany: number) => Array.from({ length: howMany }, () => ({ recordId: world.services.newId() }));
const effects = async () => Number((await world.rows<{ count: string }>('select count(*) from effect'))[0]!.count);
const say = (line: string) => process.stdout.write(`${line}\n`);

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return (performance.now() - begun) / 1_000;
}

const enqueueOne = (each: { recordId: string }) => (
  world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, count, each)));

async function enqueueOneByOne(howMany: number): Promise<void> {
  const all = records(howMany);
  await Promise.all(Array.from({ length: 10 }, async () => {
    for (let each = all.pop(); each; each = all.pop()) await enqueueOne(each);
  }));
}

/** Milliseconds of processor time that a process has taken so far. */
function processorTime({ process: { pid } }: WorkerProcess): number {
  const [, user, system] = /^(?:\S+ ){13}(\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
  return (Number(user) + Number(system)) * 10;
}

function percentile(values: number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.ceil(values.length * share) - 1]!;
}

test('jobs are enqueued and done at a rate that no CRM runs into', async () => {
  await enqueueOneByOne(500);
  const worker = await startWorkerProcess(world, { WORKER_CONCURRENCY: '8' });
  await until(async () => await effects() >= 500);
  await worker.stop();

  const one = 2_000 / await seconds(() => enqueueOneByOne(2_000));
  const many = 3_000 / await seconds(async () => {
    for (let at = 0; at < 6; at += 1) {
      await world.database.transaction(world.workspaceId, (tx) => enqueueAll(tx, world.services, count, records(500)));
    }
  });
  const busy = await startWorkerProcess(world, { WORKER_CONCURRENCY: '8' });
  const before = { jobs: await effects(), time: processorTime(busy) };
  const took = await seconds(() => until(async () => await effects() >= 5_500));
  const done = (5_500 - before.jobs) / took;
  const each = (processorTime(busy) - before.time) / (5_500 - before.jobs);
  await busy.stop();
  say(`enqueued in a transaction each: ${Math.round(one)}/s; 500 in one: ${Math.round(many)}/s`);
  say(`done by one worker: ${Math.round(done)}/s, ${each.toFixed(2)} ms of its processor time each`);
  expect(many).toBeGreaterThan(1_000);
  if (floors) {
    expect(one).toBeGreaterThan(floors.enqueued);
    expect(done).toBeGreaterThan(floors.done);
  }
}, 300_000);

test('a job that comes to a worker with little to do, or with 200 a second, soon begins', async () => {
  const worker = await startWorkerProcess(world, { WORKER_CONCURRENCY: '8' });
  for (const [what, perSecond, howMany] of [['5', 5, 60], ['200', 200, 2_000]] as const) {
    await world.rows('truncate effect');
    const due = new Map<string, number>();
    const begun = performance.now();
    const sent = records(howMany).map(async (each, place) => {
      await sleep(place * 1_000 / perSecond - (performance.now() - begun));
      await enqueueOne(each);
      due.set(each.recordId, Date.now());
    });
    await Promise.all(sent);
    await until(async () => await effects() >= howMany);
    const waits = (await world.rows<{ id: string; at: Date }>('select id, at from effect'))
      .map(({ id, at }) => (at.getTime() - due.get(id)!) / 1_000);
    say(`${what} jobs a second, from commit to effect: median ${percentile(waits, 0.5).toFixed(2)} s, ` +
      `99 % ${percentile(waits, 0.99).toFixed(2)} s, longest ${percentile(waits, 1).toFixed(2)} s`);
    if (floors) expect(percentile(waits, 0.99)).toBeLessThan(floors.pickedUpSeconds);
  }
  await worker.stop();
}, 300_000);

test('however much one workspace has queued, the next job of another begins within ten seconds', async () => {
  for (let at = 0; at < 10; at += 1) {
    await world.database.transaction(world.workspaceId, (tx) => enqueueAll(
      tx, world.services, deliver, records(5_000)));
  }
  const worker = await startWorkerProcess(world, { WORKER_CONCURRENCY: '4' });
  const waits: number[] = [];
  for (let at = 0; at < 20; at += 1) {
    const recordId = world.services.newId();
    await rival.database.transaction(rival.workspaceId, (tx) => enqueue(tx, world.services, deliver, { recordId }));
    waits.push(await seconds(() => until(async () => (
      await world.rows('select from effect where id = $1', [recordId])).length > 0)));
  }
  await worker.kill();
  say(`behind 50,000 jobs of another workspace: median ${percentile(waits, 0.5).toFixed(2)} s, ` +
    `longest ${percentile(waits, 1).toFixed(2)} s`);
  expect(percentile(waits, 1)).toBeLessThan(10);
}, 300_000);
