import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineJob } from '../../src/jobs/define-job.ts';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { JobAbandonedError } from '../../src/jobs/errors.ts';
import type { RunningWorker } from '../../src/jobs/worker.ts';
import { tellOfDeadJobsJob } from '../../src/services/job/tell-of-dead-jobs.ts';
import { deliverMails } from '../support/mails.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';
import { aWorker } from './working.ts';

const hopeless = defineJob({
  kind: 'test.hopeless', ids: [], as: 'system', grants: [],
  run: () => Promise.reject(new JobAbandonedError('SENSELESS')),
});

let world: World;
let worker: RunningWorker;
beforeAll(async () => {
  world = await openWorld();
  await world.another();
  worker = await aWorker(world, { jobs: [hopeless, tellOfDeadJobsJob], upkeep: [] });
});
afterAll(async () => {
  await worker?.stop();
  await world.close();
});

const deadJobs = async () => Number((await world.rows<{ count: string }>('select count(*) from dead_job'))[0]!.count);
async function die(howMany = 1): Promise<void> {
  const before = await deadJobs();
  for (let at = 0; at < howMany; at += 1) {
    await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, hopeless, {}));
  }
  await until(async () => await deadJobs() === before + howMany);
}

const telling = () => world.rows<{ minutes: number; state: string }>(`
  select round(extract(epoch from start_after - now()) / 60)::int as minutes, state
  from gatehouse_jobs.job_common where data->>'kind' = 'job.tellOfDead' and state < 'active'`);
async function letItBeTold(): Promise<void> {
  await world.rows(`update gatehouse_jobs.job_common set start_after = now() where data->>'kind' = 'job.tellOfDead'
    and state = 'created'`);
  await until(async () => (await world.rows(`select from gatehouse_jobs.job_common
    where data->>'kind' = 'job.tellOfDead' and state <= 'active' and start_after <= now()`)).length === 0);
}
const mails = async () => (await deliverMails(world)).map(({ to, subject, text }) => ({
  to: to.address, subject, text,
}));

test('who administers the workspace is told of dead jobs, all in one mail, with what to ask the API for', async () => {
  await die(3);
  expect(await telling()).toEqual([{ minutes: 10, state: 'created' }]);
  await letItBeTold();
  const told = await mails();
  expect(told.map(({ to }) => to).sort()).toEqual([world.owner.email, world.admin.email].sort());
  expect(told[0]!.text).toContain('test.hopeless (3)');
  const id = /job_[0-9a-f-]{36}/.exec(told[0]!.text)![0];
  const found = await world.as(world.admin).data('query($id: ID!) { deadJob(id: $id) { kind reason } }', { id });
  expect(found).toEqual({ deadJob: { kind: 'test.hopeless', reason: 'SENSELESS' } });
});

test('and not again within a day, however many die and whoever is early', async () => {
  await die(2);
  expect(await telling()).toEqual([{ minutes: 24 * 60, state: 'created' }]);
  await letItBeTold();
  expect(await mails()).toEqual([]);
  expect(await telling()).toEqual([{ minutes: 24 * 60, state: 'created' }]);
});

test('a day later they are told of all that nobody has decided about', async () => {
  await world.rows(`update mail set created_at = created_at - interval '25 hours'`);
  await letItBeTold();
  expect((await mails())[0]!.text).toContain('test.hopeless (5)');
});

test('nobody is told of what has been decided about meanwhile', async () => {
  await world.rows(`update mail set created_at = created_at - interval '25 hours'`);
  await die();
  await world.rows(`update dead_job set state = 'DISMISSED'`);
  await letItBeTold();
  expect(await mails()).toEqual([]);
});
