import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { type Misbehaviour, type PostOffice, openPostOffice } from '../mail/post-office.ts';
import { type MailWorker, startMailWorker } from '../mail/worker-process.ts';
import { until } from '../support/until.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let office: PostOffice;
let workers: MailWorker[] = [];
beforeAll(async () => { world = await openWorld(); });
beforeEach(async () => { office = await openPostOffice(); });
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  workers = [];
  await office.close();
});
afterAll(() => world.close());

const say = (line: string) => process.stdout.write(`${line}\n`);

async function invite(address: string): Promise<string> {
  return world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'invitation', to: { address }, variables: { inviter: 'Olive', lifetimeMinutes: 60 },
    link: { path: '/accept' },
  }));
}

/** Waits are minutes and hours; nobody waits that long here. */
async function letTimePass(): Promise<void> {
  await world.rows(`update mail set next_attempt_at = now() where status = 'QUEUED' and next_attempt_at > now()`);
  await world.rows(`update gatehouse_jobs.job set start_after = now()
    where state in ('created', 'retry') and start_after > now() and data->>'kind' = 'mail.deliver'`);
}

const counted = (counts: Iterable<[string, number]>) => [...counts].map(([name, count]) => `${count} ${name}`)
  .join(', ');

async function waiting(): Promise<number> {
  const [row] = await world.rows<{ count: number }>(`select count(*)::int as count from mail where status = 'QUEUED'`);
  return row!.count;
}

test('a worker killed when the mail was taken and nothing written down: it goes out again, the same to the byte', async () => {
  office.behave(() => ({ silent: true }));
  const mailId = await invite('twice@reader.example');
  workers = [await startMailWorker(world, office.url)];
  await until(() => office.received.length > 0, 20);
  await workers[0]!.kill();
  office.behave(() => null);
  workers = [await startMailWorker(world, office.url)];
  const begun = Date.now();
  await until(async () => await waiting() === 0, 200);
  say(`delivered again ${Math.round((Date.now() - begun) / 1_000)} s after the worker was back`);
  expect(office.received).toHaveLength(2);
  expect(office.received[1]!.raw).toBe(office.received[0]!.raw);
  expect(office.received[0]!.messageId).toBe(`<${mailId}@acme.example>`);
  expect(await world.rows('select kind, attempt from mail_event where mail_id = $1 order by id', [mailId])).toEqual([
    { kind: 'QUEUED', attempt: null }, { kind: 'ATTEMPT', attempt: 1 }, { kind: 'ATTEMPT', attempt: 2 },
    { kind: 'SENT', attempt: 2 },
  ]);
}, 300_000);

test('1,000 mails, workers killed 50 times, and a mail server at its worst: none is lost, none is changed', async () => {
  const kills = Number(process.env.CHAOS_KILLS ?? 50);
  const concurrency = 4;
  const mails = 1_000;
  let dropped = 0;
  const seen = new Map<string, number>();
  // One recipient meets four misfortunes at most; those who do not exist never take a mail.
  office.behave((recipient): Misbehaviour | null => {
    if (recipient.startsWith('gone')) return { at: 'rcpt', reply: '550 5.1.1 No such user' };
    const turn = seen.get(recipient) ?? 0;
    if (turn >= 4) return null;
    seen.set(recipient, turn + 1);
    const fate = Math.random();
    if (fate < 0.05) return { at: 'rcpt', reply: '450 4.2.1 Mailbox busy' };
    if (fate < 0.08) return { at: 'data', reply: '421 4.3.2 Closing down' };
    if (fate < 0.11) return { drop: 'midData' };
    if (fate < 0.13) {
      dropped += 1;
      return { drop: 'afterData' };
    }
    return fate < 0.132 ? { at: 'data', stall: true } : null;
  });

  workers = await Promise.all([0, 1].map(() => startMailWorker(world, office.url, concurrency)));
  const addresses: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    for (let at = 0; at < mails / kills; at += 1) {
      addresses.push(`${at % 25 === 7 ? 'gone' : 'reader'}${addresses.length}@chaos.example`);
      await invite(addresses.at(-1)!);
    }
    await sleep(100 + Math.random() * 900);
    await workers[kill % 2]!.kill();
    workers[kill % 2] = await startMailWorker(world, office.url, concurrency);
    await letTimePass();
  }
  const begun = Date.now();
  while (await waiting() > 0) {
    await sleep(1_000);
    await letTimePass();
  }
  const seconds = Math.round((Date.now() - begun) / 1_000);

  const copies = Map.groupBy(office.received, ({ to }) => to.join());
  const readers = addresses.filter((address) => address.startsWith('reader'));
  const again = office.received.length - copies.size;
  const statuses = await world.rows<{ status: string; count: number }>(
    `select status, count(*)::int as count from mail where to_address like '%@chaos.example' group by 1 order by 1`);
  const [cut] = await world.rows<{ count: number }>(`
    select count(*)::int as count from mail_event e where kind = 'ATTEMPT' and not exists (
      select from mail_event r where r.mail_id = e.mail_id and r.attempt = e.attempt and r.kind <> 'ATTEMPT')`);
  say(
    `${counted(statuses.map(({ status, count }) => [status, count]))}; ${again} went out again (${dropped} by the server's `
      + `doing), ${cut!.count} attempts were cut off; all done ${seconds} s after the last of ${kills} kills`);

  expect(readers.filter((address) => !copies.has(address))).toEqual([]);
  expect([...copies.keys()].filter((address) => !address.startsWith('reader'))).toEqual(
    [...copies.keys()].filter((address) => address === 'twice@reader.example'));
  expect(again).toBeLessThanOrEqual(kills * concurrency * 2 + dropped);
  for (const same of copies.values()) {
    expect(new Set(same.map(({ messageId }) => messageId)).size).toBe(1);
    expect(new Set(same.map(({ raw }) => raw)).size).toBe(1);
  }
  expect(statuses).toEqual([
    { status: 'SENT', count: readers.length }, { status: 'BOUNCED', count: addresses.length - readers.length },
  ]);
}, 1_800_000);
