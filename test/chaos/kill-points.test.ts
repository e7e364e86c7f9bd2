import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { handOverJob } from '../../src/services/member/hand-over-job.ts';
import { count, makeEffectTable } from '../jobs/test-jobs.ts';
import { type WorkerProcess, startWorkerProcess } from '../jobs/worker-processes.ts';
import { type PostOffice, openPostOffice } from '../mail/post-office.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let office: PostOffice;
let worker: WorkerProcess | undefined;
beforeAll(async () => {
  [world, office] = await Promise.all([openWorld(), openPostOffice()]);
  await makeEffectTable(world);
});
afterEach(async () => {
  await worker?.kill();
  worker = undefined;
});
afterAll(async () => {
  await office.close();
  await world.close();
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const jobs = (change: string) => world.database.call({
  text: `update gatehouse_jobs.job_common set ${change} where name in ('work', 'deliver', 'long')`, values: [],
});
/** Whose worker is gone stays as it was left, until it is missed. */
const keepAsLeft = () => jobs(`heartbeat_on = now() + interval '1 hour'`);
/** Else it takes ten seconds. */
const missThem = () => jobs(`heartbeat_on = now() - interval '1 minute'`);
const left = async () => Number((await world.database.call({
  text: `select count(*)::int as jobs from gatehouse_jobs.job_common
    where name in ('work', 'deliver', 'long') and state <= 'active'`,
  values: [],
}))[0]!.jobs);

async function start(env: Record<string, string> = {}): Promise<WorkerProcess> {
  worker = await startWorkerProcess(world, {
    WORKER_CONCURRENCY: '1', SMTP_URL: office.url, MAIL_FROM: 'crm@acme.example', ...env,
  });
  return worker;
}

/**
 * Has one job killed at each point between two of its statements, then all of them done.
 *
 * @returns at how many points
 */
async function killEverywhere(add: () => Promise<void>): Promise<number> {
  let points = 0;
  for (let isKilled = true; isKilled;) {
    const { process: child } = await start({ KILL_AT: String(points + 1) });
    await add();
    const gone = once(child, 'exit').then(() => true);
    const done = until(async () => await activeOrWaiting() === 0).then(() => false);
    isKilled = await Promise.race([gone, done]);
    if (isKilled) points += 1;
    else await worker!.kill();
    await keepAsLeft();
  }
  await missThem();
  await start();
  while (await left() > 0) {
    await jobs(`start_after = least(start_after, now())`);
    await sleep(500);
  }
  return points;
}
/** Besides those that were left by the killed. */
const activeOrWaiting = async () => Number((await world.database.call({
  text: `select count(*)::int as jobs from gatehouse_jobs.job_common where name in ('work', 'deliver', 'long')
    and (state < 'active' or state = 'active' and heartbeat_on <= now())`,
  values: [],
}))[0]!.jobs);

test('a job of one transaction, killed between any two of its statements, has its effect once', async () => {
  const ids: string[] = [];
  const points = await killEverywhere(async () => {
    const recordId = world.services.newId();
    ids.push(recordId);
    await world.database.transaction(world.workspaceId, (tx) => enqueue(tx, world.services, count, { recordId }));
  });
  say(`a job in the lane work: killed at each of ${points} points`);
  expect(points).toBeGreaterThanOrEqual(6);
  const effects = await world.rows<{ id: string; runs: number }>(
    'select id, count(*)::int as runs from effect group by id');
  expect(effects.map(({ runs }) => runs)).toEqual(ids.map(() => 1));
}, 600_000);

test('a mail, killed between any two statements, arrives, and where it arrives twice it is the same', async () => {
  const points = await killEverywhere(async () => {
    await world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
      template: 'member-removed', to: { address: `reader${Date.now()}@x.example` }, variables: { at: new Date() },
    }));
  });
  const copies = Map.groupBy(office.received, ({ to }) => to.join());
  const twice = [...copies.values()].filter(({ length }) => length > 1);
  say(`a mail: killed at each of ${points} points; ${twice.length} arrived twice`);
  expect(points).toBeGreaterThanOrEqual(10);
  expect(copies.size).toBe(points + 1);
  for (const same of copies.values()) {
    expect(same.length).toBeLessThanOrEqual(2);
    expect(new Set(same.map(({ raw }) => raw)).size).toBe(1);
  }
  expect(await world.rows(`select status, count(*)::int as mails from mail group by 1`)).toEqual(
    [{ status: 'SENT', mails: points + 1 }]);
}, 1_200_000);

test('a hand-over killed three times on its way: every record arrives, none is handed over twice', async () => {
  const records = 6_000;
  await world.rows(`insert into company (workspace_id, id, name, currency, owner_id)
    select $1, gen_random_uuid(), 'Company ' || n, 'EUR', $2 from generate_series(1, $3::int) n`,
  [world.workspaceId, world.rep.id, records]);
  const moved = async () => Number((await world.rows<{ count: string }>(
    'select count(*) from company where owner_id = $1', [world.colleague.id]))[0]!.count);
  await world.database.transaction(world.workspaceId, (tx) => (
    enqueue(tx, world.services, handOverJob, { fromId: world.rep.id, toId: world.colleague.id })));
  const seen: number[] = [];
  for (let kill = 0; kill < 3; kill += 1) {
    const { kill: end } = await start();
    const before = await moved();
    await until(async () => await moved() > before, 5);
    await end();
    seen.push(await moved());
    await missThem();
  }
  await start();
  while (await left() > 0) {
    await jobs(`start_after = least(start_after, now())`);
    await sleep(500);
  }
  say(`a hand-over of ${records}: killed after ${seen.join(', ')}`);
  expect(seen.every((count) => count > 0 && count < records)).toBe(true);
  expect(await moved()).toBe(records);
  expect(await world.rows(`select version, count(*)::int as companies from company group by 1`)).toEqual(
    [{ version: 2, companies: records }]);
  const told = await world.rows<{ audits: number; events: number }>(`select
    (select count(*)::int from audit_entry where noun = 'company' and verb = 'assign') as audits,
    (select count(*)::int from outbox_event where noun = 'company') as events`);
  expect(told).toEqual([{ audits: records, events: records }]);
}, 600_000);
