import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { smtpMailer } from '../../src/mail/smtp-mailer.ts';
import type { RunningWorker } from '../../src/jobs/worker.ts';
import { aWorker } from '../jobs/working.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';
import { type PostOffice, openPostOffice } from './post-office.ts';

let world: World;
let office: PostOffice;
let worker: RunningWorker | undefined;
beforeAll(async () => {
  [world, office] = await Promise.all([openWorld(), openPostOffice()]);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  office.behave(() => null);
});
afterAll(async () => {
  await office.close();
  await world.close();
});

async function work(): Promise<void> {
  const mailer = smtpMailer(
    { smtpUrl: office.url, from: { address: 'crm@acme.example', name: null }, publicUrl: () => 'https://crm.example' });
  worker = await aWorker(world, { mailer });
}

const invite = (
  address: string,
) => world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
  template: 'invitation', to: { address }, variables: { inviter: 'Olive', lifetimeMinutes: 60 },
  link: { path: '/accept' },
}));

type Job = { id: string; state: string; due: Date };
const jobsOf = (mailId: string) => world.rows<Job>(
  `select id, state::text, start_after as due from gatehouse_jobs.job where data->'ids'->>'mailId' = $1 order by created_on`, [
    mailId,
  ]);
const statusOf = async (mailId: string) => (await world.rows<{ status: string }>(
  'select status from mail where id = $1', [mailId]))[0]!.status;

test('of transactions that queue mails, those that commit leave one mail and one job each, the others nothing', async () => {
  let wanted = 0;
  for (let at = 0; at < 200; at += 1) {
    const commits = at % 3 !== 0;
    await world.database.transaction(world.workspaceId, async (tx) => {
      const to = { address: `reader${at}@rolled.example` };
      await queueMail(tx, world.services, {
        template: 'invitation', to, variables: { inviter: 'Olive', lifetimeMinutes: 60 }, link: { path: '/accept' },
      });
      if (!commits) throw new Error('undone');
      wanted += 1;
    }).catch((error: Error) => expect(error.message).toBe('undone'));
  }
  const [counts] = await world.rows(`
    select count(*)::int as mails, count(distinct j.data->'ids'->>'mailId')::int as jobs, count(j.id)::int as "jobsInAll"
    from mail m left join gatehouse_jobs.job j on j.data->'ids'->>'mailId' = m.id::text
    where m.to_address like '%@rolled.example'`);
  expect(counts).toEqual({ mails: wanted, jobs: wanted, jobsInAll: wanted });
  const [all] =
    await world.rows(`select count(*)::int as jobs from gatehouse_jobs.job where data->>'kind' = 'mail.deliver'`);
  expect(all).toEqual({ jobs: wanted });
  await world.rows(`delete from gatehouse_jobs.job where data->>'kind' = 'mail.deliver'`);
});

test('a worker delivers what was queued, and its job ends with it', async () => {
  const mailId = await invite('ada@reader.example');
  await work();
  await until(async () => await statusOf(mailId) === 'SENT');
  expect(office.received.map(({ to }) => to)).toContainEqual(['ada@reader.example']);
  await until(async () => (await jobsOf(mailId)).every(({ state }) => state === 'completed'));
});

test('a mail that has to wait has a job that waits as long; when it is due, it is delivered', async () => {
  office.behave(() => ({ at: 'rcpt', reply: '451 4.7.1 Greylisted' }));
  const mailId = await invite('greylisted@reader.example');
  await work();
  await until(async () => (await jobsOf(mailId)).length === 2);
  const [mail] = await world.rows<{ due: Date; status: string }>(
    'select status, next_attempt_at as due from mail where id = $1', [mailId]);
  const waiting = (await jobsOf(mailId)).filter(({ state }) => state === 'created');
  expect(mail!.status).toBe('QUEUED');
  expect(waiting).toMatchObject([{ due: mail!.due }]);

  office.behave(() => null);
  await world.rows('update mail set next_attempt_at = now() where id = $1', [mailId]);
  await world.rows('update gatehouse_jobs.job set start_after = now() where id = $1', [waiting[0]!.id]);
  await until(async () => await statusOf(mailId) === 'SENT');
});
