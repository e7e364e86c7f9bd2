import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineJob } from '../../src/jobs/define-job.ts';
import { upkeep } from '../../src/jobs/index.ts';
import { type Upkeep, inEveryWorkspace } from '../../src/jobs/upkeep.ts';
import { createLog } from '../../src/http/logging.ts';
import { type World, openWorld } from '../support/world.ts';
import { makeEffectTable, tick } from './test-jobs.ts';
import { aWorker, until } from './working.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await makeEffectTable(world);
});
afterAll(() => world.close());

const context = () => ({
  services: world.services, signal: new AbortController().signal, log: createLog({ logLevel: 'silent' }),
});
const run = (kind: string) => upkeep.find((each) => each.kind === kind)!.run(context());

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

test('idempotency keys are forgotten after 48 hours, and not before', async () => {
  for (const [key, hours] of [['old', 49], ['young', 47]] as const) {
    await world.rows(`insert into idempotency_key (workspace_id, principal, mutation, key, input_hash, created_at)
      values ($1, 'member:x', 'tag.create', $2, 'x', now() - make_interval(hours => $3))`,
    [world.workspaceId, key, hours]);
  }
  await run('idempotencyKey.forgetExpired');
  expect(await world.rows('select key from idempotency_key')).toEqual([{ key: 'young' }]);
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
