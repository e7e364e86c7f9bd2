import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../src/jobs/define-job.ts';
import { enqueueAll } from '../../src/jobs/enqueue.ts';
import { count, deliver, makeEffectTable } from '../jobs/test-jobs.ts';
import { type WorkerProcess, startWorkerProcess } from '../jobs/worker-processes.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let url: string;
let workers: WorkerProcess[] = [];
beforeAll(async () => {
  world = await openWorld();
  await makeEffectTable(world);
  url = world.urls.server;
  // Tests run without; here what was committed has to outlive a crash.
  const admin = new pg.Client({ connectionString: world.urls.admin });
  await admin.connect();
  const name = pg.escapeIdentifier(new URL(url).pathname.slice(1));
  await admin.query(`alter database ${name} set synchronous_commit = on`);
  await admin.end();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  workers = [];
});
afterAll(() => world.close());

const say = (line: string) => process.stdout.write(`${line}\n`);

async function enqueueSome(job: Job<'recordId', 'system'>, howMany: number): Promise<string[]> {
  const ids = Array.from({ length: howMany }, () => world.services.newId());
  await patiently(() => world.database.transaction(
    world.workspaceId, (tx) => enqueueAll(tx, world.services, job, ids.map((recordId) => ({ recordId })))));
  return ids;
}

/** The test's own connections break too. A commit whose answer was lost would count twice, so nothing runs at once. */
async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(200);
    }
  }
}

async function effectsOf(ids: readonly string[]): Promise<{ runs: number[]; missing: number }> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  return patiently(async () => {
    await client.connect().catch(() => {});
    const { rows } = await client.query<{ runs: number }>(
      'select count(*)::int as runs from gatehouse.effect where id = any($1::uuid[]) group by id', [ids]);
    return { runs: rows.map(({ runs }) => runs), missing: ids.length - rows.length };
  }).finally(() => client.end().catch(() => {}));
}

async function allDone(...all: string[][]): Promise<number> {
  const begun = Date.now();
  for (const ids of all) await until(async () => (await effectsOf(ids)).missing === 0, 500);
  return Math.round((Date.now() - begun) / 1_000);
}

test('1,000 deliveries and 500 changes through 50 kills: none is lost, no change happens twice', async () => {
  const kills = 50;
  const deliveries: string[] = [];
  const changes: string[] = [];
  workers = await Promise.all([startWorkerProcess(world), startWorkerProcess(world)]);
  for (let kill = 0; kill < kills; kill += 1) {
    deliveries.push(...await enqueueSome(deliver, 1_000 / kills));
    changes.push(...await enqueueSome(count, 500 / kills));
    await sleep(100 + Math.random() * 900);
    const victim = kill % 2;
    await workers[victim]!.kill();
    workers[victim] = await startWorkerProcess(world);
  }
  const seconds = await allDone(deliveries, changes);
  const twice = (await effectsOf(deliveries)).runs.filter((runs) => runs > 1).length;
  say(`all done ${seconds} s after the last of ${kills} kills; ${twice} of 1,000 deliveries happened again`);
  expect(await effectsOf(changes)).toEqual({ runs: changes.map(() => 1), missing: 0 });
  // Four deliveries at a time, in each of which it can be killed after the effect and before the end.
  expect(twice).toBeLessThanOrEqual(kills * 4);
  expect(seconds).toBeLessThan(120);
}, 600_000);

test('cut connections and a crashing database lose nothing and end no worker', async () => {
  workers = await Promise.all([startWorkerProcess(world), startWorkerProcess(world)]);
  const changes: string[] = [];
  for (let round = 0; round < 30; round += 1) {
    changes.push(...await enqueueSome(count, 20));
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await patiently(() => client.connect());
    if (round === 15) {
      // A backend that dies takes all others with it, and the database recovers from its log.
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      process.kill(rows[0]!.pid, 'SIGKILL');
      await sleep(1_000);
    } else {
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = any($1) and pid <> pg_backend_pid()`,
      [['gatehouse', 'gatehouse jobs']]);
      await sleep(200);
    }
    await client.end().catch(() => {});
  }
  const seconds = await allDone(changes);
  say(`all done ${seconds} s after the last cut`);
  expect(await effectsOf(changes)).toEqual({ runs: changes.map(() => 1), missing: 0 });
  expect(workers.map((each) => each.process.exitCode)).toEqual([null, null]);
}, 600_000);

test('of three workers, two with clocks five minutes wrong, each tick of a schedule runs once', async () => {
  workers = await Promise.all([0, 300, -300].map((skew) => (
    startWorkerProcess(world, { WITH_TICKS: '1', CLOCK_SKEW_SECONDS: String(skew) }))));
  const ticks = () => patiently(() => world.database.call({
    text: `select date_trunc('minute', at) as minute, count(*)::int as runs
      from gatehouse.effect where kind = 'tick' group by 1`,
    values: [],
  }));
  await until(async () => (await ticks()).length >= 4, 1_000);
  expect((await ticks()).map(({ runs }) => runs)).toEqual([1, 1, 1, 1]);
}, 600_000);
