import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { makeEffectTable } from '../jobs/test-jobs.ts';
import { type WorkerProcess, startWorkerProcess } from '../jobs/worker-processes.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let workers: WorkerProcess[] = [];
beforeAll(async () => {
  world = await openWorld();
  await makeEffectTable(world);
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  workers = [];
});
afterAll(() => world.close());

const speed = 20;
const ticks = 100;

test('100 ticks of three workers, two with clocks five minutes wrong, one whose clock jumps, over a change to summer time: each runs once', async () => {
  const begunAt = Date.now();
  // Central Europe goes from 2:00 to 3:00 at 1:00 UTC.
  const from = Date.UTC(2027, 2, 28, 0, 20);
  // The database's time runs as fast as theirs. Heartbeats are real, so they must not be missed sooner.
  await world.rows(`create or replace function gatehouse_jobs.job_now() returns timestamptz language sql stable as $$
    select to_timestamp(${from} / 1000.0) + (clock_timestamp() - to_timestamp(${begunAt} / 1000.0)) * ${speed} $$`);
  await world.database.call({
    text: `update gatehouse_jobs.queue set heartbeat_seconds = 3600, deletion_seconds = 864000`, values: [],
  });
  const clock = { CLOCK_BEGUN_AT: String(begunAt), CLOCK_FROM: String(from), CLOCK_SPEED: String(speed) };
  const environments: Record<string, string>[] = [
    { TZ: 'Europe/Berlin' },
    { TZ: 'Europe/Berlin', CLOCK_SKEW_SECONDS: '300' },
    { TZ: 'America/New_York', CLOCK_SKEW_SECONDS: '-300', CLOCK_JUMP_SECONDS: '120' },
  ];
  workers = await Promise.all(environments.map((env) => (
    startWorkerProcess(world, { WITH_TICKS: '1', ...clock, ...env }))));

  const slots = async () => (await world.database.call({
    text: `select data->>'slot' as slot, count(*)::int as jobs from gatehouse_jobs.job
      where name = '__pgboss__send-it' and data->>'slot' < to_char(gatehouse_jobs.job_now() - interval '1 minute',
        'YYYY-MM-DD HH24:MI:SS') group by 1 order by 1`,
    values: [],
  })) as { slot: string; jobs: number }[];
  await until(async () => (await slots()).length >= ticks, 1_000);
  const seen = await slots();
  expect(seen.filter(({ jobs }) => jobs !== 1)).toEqual([]);
  const minutes = seen.map(({ slot }) => Date.parse(`${slot.replace(' ', 'T')}Z`) / 60_000);
  expect(minutes).toEqual(minutes.map((_, place) => minutes[0]! + place));
  expect(minutes.at(-1)! * 60_000).toBeGreaterThan(Date.UTC(2027, 2, 28, 1, 30));

  // What a clock that jumped ahead has sent early is in both; nothing more is sent without workers.
  await Promise.all(workers.map((worker) => worker.stop()));
  const runs = Number((await world.rows<{ runs: string }>(
    `select count(*) as runs from effect where kind = 'tick'`))[0]!.runs);
  const [sent] = await world.database.call({
    text: `select count(*) filter (where name = '__pgboss__send-it' and state = 'completed')::int as forwarded,
      count(*) filter (where name = 'upkeep' and state = 'completed')::int as done from gatehouse_jobs.job`,
    values: [],
  });
  process.stdout.write(`${minutes.length} ticks in ${Math.round((Date.now() - begunAt) / 1_000)} s; ${runs} runs\n`);
  expect(sent!.done).toBe(runs);
  expect(sent!.forwarded).toBe(runs);
}, 900_000);
