import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enqueueAll } from '../../src/jobs/enqueue.ts';
import { count, makeEffectTable } from '../jobs/test-jobs.ts';
import { type WorkerProcess, startWorkerProcess } from '../jobs/worker-processes.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let worker: WorkerProcess | undefined;
const clients: pg.Client[] = [];
beforeAll(async () => {
  world = await openWorld();
  await makeEffectTable(world);
});
afterEach(async () => {
  await worker?.kill();
  await Promise.all(clients.splice(0).map((client) => client.end()));
});
afterAll(() => world.close());

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.urls.server });
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return client;
}

let enqueued = 0;
async function add(howMany: number): Promise<void> {
  const ids = Array.from({ length: howMany }, () => ({ recordId: world.services.newId() }));
  await world.database.transaction(world.workspaceId, (tx) => enqueueAll(tx, world.services, count, ids));
  enqueued += howMany;
}
const done = async () => Number((await world.rows<{ count: string }>('select count(*) from effect'))[0]!.count);

/** Jobs a second until so many more are done. */
async function rateOf(howMany: number): Promise<number> {
  await add(howMany);
  const begun = performance.now();
  await until(async () => await done() === enqueued);
  return howMany / (performance.now() - begun) * 1_000;
}

test('200 idle connections, an open transaction, a long reader and half as much again as a worker can do lose no job', async () => {
  worker = await startWorkerProcess(world, { WORKER_CONCURRENCY: '8' });
  await rateOf(1_000);
  const before = await rateOf(3_000);

  await Promise.all(Array.from({ length: 200 }, connect));
  const [idle, reader] = [await connect(), await connect()];
  for (const client of [idle, reader]) {
    // Both keep vacuum from everything that dies from here on; the server's role would be cut off sooner.
    await client.query('set statement_timeout = 0');
    await client.query('set idle_in_transaction_session_timeout = 0');
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from gatehouse_jobs.job_common');
  }
  const reading = reader.query('select pg_sleep(15)');
  for (let second = 0; second < 15; second += 1) {
    await Promise.all([add(Math.round(before * 1.5)), new Promise((resolve) => { setTimeout(resolve, 1_000); })]);
  }
  const behind = enqueued - await done();
  await reading;
  await Promise.all(clients.splice(0).map((client) => client.end()));
  const begun = performance.now();
  await until(async () => await done() === enqueued);
  const caughtUp = (performance.now() - begun) / 1_000;
  const after = await rateOf(3_000);

  process.stdout.write(`${Math.round(before)} jobs a second before, ${behind} behind after 15 s of half as much again, `
    + `caught up in ${caughtUp.toFixed(0)} s, ${Math.round(after)} a second then\n`);
  expect(await world.rows('select from effect group by id having count(*) > 1')).toEqual([]);
  expect(caughtUp).toBeLessThan(60);
  expect(after).toBeGreaterThan(before * (process.env.BENCH ? 0.9 : 0.5));
  expect(worker.process.exitCode).toBeNull();
}, 300_000);
