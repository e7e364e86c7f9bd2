import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineJob } from '../../src/jobs/define-job.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { JobAbandonedError } from '../../src/jobs/errors.ts';
import type { RunningWorker } from '../../src/jobs/worker.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';
import { type Line, aWorker } from './working.ts';

let isPoisoned = true;
const tries: { id: string; at: number }[] = [];
const poison = defineJob({
  kind: 'test.poison', ids: ['recordId'], as: 'system', grants: [],
  retries: { limit: 2, firstSeconds: 1, longestSeconds: 10 },
  async run({ job }) {
    tries.push({ id: job.id, at: Date.now() });
    if (isPoisoned) throw Object.assign(new Error('Jane Doe, jane@doe.example, is a secret'), { code: 'ECONNREFUSED' });
  },
});
const hopeless = defineJob({
  kind: 'test.hopeless', ids: [], as: 'system', grants: [],
  run: () => Promise.reject(new JobAbandonedError('SENSELESS')),
});

let world: World;
let rival: World;
let worker: RunningWorker & { lines: Line[] };
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
  worker = await aWorker(world, { jobs: [poison, hopeless], upkeep: [] });
});
afterAll(async () => {
  await worker?.stop();
  await world.close();
});

type DeadJob = {
  id: string; version: number; kind: string; state: string; reason: string; attempts: number;
  ids: { name: string; value: string }[]; member: { name: string } | null;
};
const selection = 'id version kind state reason attempts ids { name value } member { name }';
async function deadJobs(of = world, kind = 'test.poison'): Promise<DeadJob[]> {
  const { deadJobs: { nodes } } = await of.as(of.admin).data<{ deadJobs: { nodes: DeadJob[] } }>(
    `query($kind: String) { deadJobs(where: { kind: { eq: $kind } }) { nodes { ${selection} } } }`, { kind });
  return nodes;
}
/** Besides the mail about dead jobs, which waits for others of the day. */
async function waiting(): Promise<unknown[]> {
  const answer = await world.as(world.admin).data<{ waitingJobs: { kind: string }[] }>(
    '{ waitingJobs { kind waiting running } }');
  return answer.waitingJobs.filter(({ kind }) => kind !== 'job.tellOfDead');
}
const isDead = async () => (await deadJobs()).some(({ state }) => state === 'DEAD');

describe('a job that fails at every try', () => {
  test('is tried again later each time, then stands among the dead with a reason that tells no content', async () => {
    const recordId = world.services.newId();
    await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, poison, { recordId }));
    await until(isDead);
    expect(tries).toHaveLength(3);
    expect(tries[1]!.at - tries[0]!.at).toBeGreaterThanOrEqual(900);
    expect(tries[2]!.at - tries[1]!.at).toBeGreaterThanOrEqual(1_900);
    expect(await deadJobs()).toMatchObject([{
      kind: 'test.poison', state: 'DEAD', reason: 'ECONNREFUSED', attempts: 3, member: null,
      ids: [{ name: 'recordId', value: recordId }],
    }]);
    const rows = await world.rows<{ row: string }>(`
      select d::text as row from dead_job d union all select a::text from audit_change a
      union all select j::text from gatehouse_jobs.job j`);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ row }) => row.includes('Jane'))).toEqual([]);
    expect(await world.audited((await deadJobs())[0]!.id)).toMatchObject([{ by: null, did: 'job.die' }]);
  });

  test('is seen by nobody but those who administer its own workspace', async () => {
    expect(await deadJobs(rival)).toEqual([]);
    const [{ id }] = await deadJobs() as [DeadJob];
    const found = await rival.as(rival.admin).data('query($id: ID!) { deadJob(id: $id) { reason } }', { id });
    expect(found).toEqual({ deadJob: null });
    const { userErrors } = await rival.as(rival.admin).mutate('jobReplay', { id, version: 1 });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    for (const member of [world.manager, world.rep, world.viewer]) {
      const { errors } = await world.as(member).ask('{ deadJobs { totalCount } waitingJobs { kind } }');
      const refusal = { extensions: { code: 'FORBIDDEN', permission: 'job.read' } };
      expect(errors).toMatchObject([refusal, refusal]);
      const replay = await world.as(member).mutate('jobReplay', { id, version: 1 });
      expect(replay.errors).toMatchObject([{ extensions: { permission: 'job.update' } }]);
    }
  });

  test('is replayed by an administrator: it dies again while the cause is there, as the same job', async () => {
    const [{ id, version }] = await deadJobs() as [DeadJob];
    await world.as(world.admin).done('jobReplay', { id, version });
    const { userErrors } = await world.as(world.admin).mutate('jobReplay', { id, version });
    expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
    await until(isDead);
    expect(await deadJobs()).toMatchObject([{ id, state: 'DEAD', attempts: 6 }]);
    expect(new Set(tries.map((each) => each.id)).size).toBe(1);
  });

  test('and is done once the cause is gone', async () => {
    isPoisoned = false;
    const [{ id, version }] = await deadJobs() as [DeadJob];
    await world.as(world.admin).done('jobReplay', { id, version });
    await until(() => tries.length === 7);
    await until(async () => (await waiting()).length === 0);
    expect(await deadJobs()).toMatchObject([{ id, state: 'REPLAYED', version: 4 }]);
  });
});

test('two administrators who replay a dead job at once put it into the queue once', async () => {
  await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, hopeless, {}));
  await until(async () => (await deadJobs(world, 'test.hopeless')).length > 0);
  await worker.stop();
  const [{ id, version }] = await deadJobs(world, 'test.hopeless') as [DeadJob];
  const answers = await world.racing('dead_job', id, ...[1, 2].map(() => () => (
    world.as(world.admin).mutate('jobReplay', { id, version }))));
  const codes = answers.map(({ userErrors }) => userErrors.map(({ code }) => code)).sort();
  expect(codes).toEqual([[], ['VERSION_CONFLICT']]);
  expect(await waiting()).toEqual([{ kind: 'test.hopeless', waiting: 1, running: 0 }]);
});

test('a row of the queue that nobody of us wrote is filed without effect', async () => {
  const forged = { kind: 'test.poison', jobId: 'none', memberId: null, ids: { recordId: `'; drop table deal` } };
  await world.rows(`
    insert into gatehouse_jobs.job_common (name, data, group_id, dead_letter, retry_limit)
    select name, $1, $2, dead_letter, 0 from gatehouse_jobs.queue where name = 'work'`, [forged, world.workspaceId]);
  worker = await aWorker(world, { jobs: [poison], upkeep: [] });
  await until(async () => (await deadJobs(world, 'unknown')).length > 0);
  expect(await deadJobs(world, 'unknown')).toMatchObject([{ reason: 'MALFORMED', attempts: 1, ids: [] }]);
});
