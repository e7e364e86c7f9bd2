import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enqueue, enqueueAll } from '../../src/jobs/enqueue.ts';
import { count, deliver, makeEffectTable } from '../jobs/test-jobs.ts';
import { startWorkerProcess } from '../jobs/worker-processes.ts';
import { until } from '../jobs/working.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
  await makeEffectTable(world);
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

test('jobs are enqueued and done at a rate that no CRM runs into', async () => {
  const one = await seconds(async () => {
    for (let at = 0; at < 500; at += 10) {
      await Promise.all(records(10).map((each) => (
        world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, count, each)))));
    }
  });
  const many = await seconds(async () => {
    for (let at = 0; at < 5; at += 1) {
      await world.database.transaction(world.workspaceId, (tx) => enqueueAll(tx, world.services, count, records(500)));
    }
  });
  const worker = await startWorkerProcess(world, { WORKER_CONCURRENCY: '8' });
  const took = await seconds(() => until(async () => await effects() >= 3_000));
  const [, user, system] = /^(?:\S+ ){13}(\d+) (\d+)/.exec(readFileSync(`/proc/${worker.process.pid}/stat`, 'utf8'))!;
  const milliseconds = (Number(user) + Number(system)) * 10 / 3_000;
  say(`the worker's processor time per job, its start included: ${milliseconds.toFixed(2)} ms`);
  await worker.stop();
  const rates = { 'enqueued one by one': 500 / one, '500 at once': 2_500 / many, done: 3_000 / took };
  for (const [what, rate] of Object.entries(rates)) say(`${what}: ${Math.round(rate)}/s`);
  expect(2_500 / many).toBeGreaterThan(1_000);
}, 300_000);

test('however much one workspace has queued, the next job of another begins within ten seconds', async () => {
  for (let at = 0; at < 10; at += 1) {
    await world.database.transaction(world.workspaceId, (tx) => enqueueAll(tx, world.services, deliver, records(5_000)));
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
  waits.sort((left, right) => left - right);
  say(`behind 50,000 jobs of another workspace: median ${waits[10]!.toFixed(2)} s, longest ${waits[19]!.toFixed(2)} s`);
  expect(waits[19]).toBeLessThan(10);
}, 300_000);
