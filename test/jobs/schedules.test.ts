import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineJob } from '../../src/jobs/define-job.ts';
import { upkeepRuns } from '../../src/db/upkeep-runs.ts';
import { type Upkeep, inEveryWorkspace } from '../../src/jobs/upkeep.ts';
import { createLog } from '../../src/http/logging.ts';
import { Metrics } from '../../src/http/metrics.ts';
import { JobError } from '../../src/jobs/errors.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';
import { makeEffectTable, tick } from './test-jobs.ts';
import { aWorker, retention } from './working.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await makeEffectTable(world);
});
afterAll(() => world.close());

const context = () => ({
  services: world.services, retention, signal: new AbortController().signal, log: createLog({ logLevel: 'silent' }),
});

test('with two workers a tick runs once', async () => {
  const workers = await Promise.all([1, 2].map(() => aWorker(world, { jobs: [], upkeep: [tick], scheduleSeconds: 1 })));
  const ticks = () => world.rows<{ runs: number }>(
    `select count(*)::int as runs from effect where kind = 'tick' group by date_trunc('minute', at)`);
  await until(async () => (await ticks()).length > 0);
  // Long enough for the other to do it too, if it would.
  const passes = Date.now() + 5_000;
  await until(() => Date.now() > passes);
  expect((await ticks()).every(({ runs }) => runs === 1)).toBe(true);
  await Promise.all(workers.map((worker) => worker.stop()));
}, 200_000);

test('a schedule that is no more in the code is taken out of the database', async () => {
  await (await aWorker(world, { jobs: [], upkeep: [] })).stop();
  expect(await world.rows(`select from gatehouse_jobs.schedule`)).toEqual([]);
});

test('upkeep that fails is tried again, given up until its next time, and seen in /metrics until it is done', async () => {
  let isBroken = true;
  let tries = 0;
  const flaky: Upkeep = {
    kind: 'test.flaky', cron: '0 0 1 1 *',
    async run() {
      tries += 1;
      if (isBroken) throw new JobError('OUT_OF_ORDER');
    },
  };
  const worker = await aWorker(world, { jobs: [], upkeep: [flaky] });
  // What its time would do, but that it is tried twice instead of six times.
  const send = () => world.database.call({
    text: `insert into gatehouse_jobs.job_common (name, data, singleton_key, policy, retry_limit, retry_delay)
      select name, '{"kind": "test.flaky"}', 'test.flaky', policy, 1, 0 from gatehouse_jobs.queue where name = 'upkeep'`,
    values: [],
  });
  const state = async () => (await upkeepRuns(world.database)).find(({ kind }) => kind === 'test.flaky');
  const metrics = async () => (await new Metrics(world.database).text()).body;

  await send();
  await until(async () => (await state())?.deadAt instanceof Date);
  expect(tries).toBe(2);
  expect(await state()).toMatchObject({ failures: 2, reason: 'OUT_OF_ORDER', doneAt: null });
  expect(await metrics()).toContain('gatehouse_upkeep_failures{kind="test.flaky"} 2');
  expect(await metrics()).toContain('gatehouse_upkeep_done_timestamp_seconds{kind="test.flaky"} 0');
  expect(worker.lines.filter(({ msg, kind }) => msg === 'upkeep' && kind === 'test.flaky')
    .map(({ outcome, reason }) => [outcome, reason])).toEqual([['failed', 'OUT_OF_ORDER'], ['dead', 'OUT_OF_ORDER']]);

  isBroken = false;
  await send();
  await until(async () => (await state())?.doneAt instanceof Date);
  expect(await state()).toMatchObject({ failures: 0, reason: null, deadAt: null });
  expect(await metrics()).toContain('gatehouse_upkeep_failures{kind="test.flaky"} 0');
  await worker.stop();
});

test('a job for every workspace is enqueued once in each', async () => {
  const rival = await world.another();
  const seen: string[] = [];
  const look = defineJob({
    kind: 'test.look', ids: [], as: 'system', grants: [],
    async run({ principal }) { seen.push(principal.workspace.slug); },
  });
  const everywhere: Upkeep = inEveryWorkspace(look, '0 3 * * *');
  await everywhere.run(context());
  await everywhere.run(context());
  const worker = await aWorker(world, { jobs: [look], upkeep: [] });
  await until(() => seen.includes(world.slug) && seen.includes(rival.slug));
  await worker.stop();
  expect(new Set(seen).size).toBe(seen.length);
});
