import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deliverMail } from '../../src/mail/deliver-mail.ts';
import { maxAttempts, retryAfter } from '../../src/mail/retries.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { smtpMailer } from '../../src/mail/smtp-mailer.ts';
import type { Mailer } from '../../src/mail/mailer.ts';
import { type World, openWorld } from '../support/world.ts';
import { type Misbehaviour, type PostOffice, openPostOffice } from './post-office.ts';

let world: World;
let office: PostOffice;
let mailer: Mailer;
beforeAll(async () => {
  [world, office] = await Promise.all([openWorld(), openPostOffice()]);
  mailer = smtpMailer(
    { smtpUrl: office.url, from: { address: 'crm@acme.example', name: 'Acme CRM' }, publicUrl: () =>
      'https://crm.example' },
    { silenceMilliseconds: 600, attemptMilliseconds: 2_000 });
});
beforeEach(() => office.behave(() => null));
afterAll(async () => {
  await office.close();
  await world.close();
});

const tokenId = '01920000-0000-7000-8000-000000000001';
let count = 0;

async function aMail(
  { workspaceId = world.workspaceId, address, usefulUntil }: {
    workspaceId?: string; address?: string; usefulUntil?: Date;
  } = {},
): Promise<{ workspaceId: string; mailId: string; address: string }> {
  count += 1;
  const to = address ?? `ada${count}@reader.example`;
  const mailId = await world.database.transaction(workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'invitation', to: { address: to, name: 'Ada' }, variables: { inviter: 'Olive', lifetimeMinutes: 60 },
    link: { path: '/accept', tokenId, purpose: 'INVITATION' }, usefulUntil,
  }));
  return { workspaceId, mailId, address: to };
}

function deliver(mail: { workspaceId: string; mailId: string }, now = new Date()): Promise<void> {
  return deliverMail({ ...world.services, mailer, now: () => now, cursorSecret: 'x'.repeat(32) }, mail);
}

async function stateOf({ workspaceId, mailId }: { workspaceId: string; mailId: string }) {
  return world.database.transaction(workspaceId, async (tx) => {
    const mail = await tx.mail.findFirstOrThrow({ where: { id: mailId } });
    const events = await tx.mailEvent.findMany({ where: { mailId }, orderBy: { id: 'asc' } });
    return { ...mail, timeline: events.map(({ kind, attempt }) => (attempt ? `${kind} ${attempt}` : kind)), events };
  });
}

const suppressions = (address: string) => world.rows<{ reason: string; note: string }>(
  'select reason, note from mail_suppression where address = $1', [address]);

test('a mail arrives once, with its link, and its timeline says what the server answered', async () => {
  const mail = await aMail();
  await deliver(mail);
  await deliver(mail);
  const arrived = office.received.filter(({ to }) => to.includes(mail.address));
  expect(arrived).toMatchObject([{ from: 'crm@acme.example', to: [mail.address] }]);
  expect(arrived[0]!.raw).toMatch(/^From: Acme CRM <crm@acme.example>\r$/m);
  expect(arrived[0]!.raw).toContain('https://crm.example/accept?token=3D');
  expect(await stateOf(mail)).toMatchObject({
    status: 'SENT', attempts: 1, nextAttemptAt: null, lastAnswer: expect.stringMatching(/^250 /),
    messageIdHeader: arrived[0]!.messageId, timeline: ['QUEUED', 'ATTEMPT 1', 'SENT 1'],
  });
});

describe('what may be taken later is tried again, with the same Message-ID', () => {
  test.each<[string, Misbehaviour]>([
    ['421 to the recipient', { at: 'rcpt', reply: '421 4.3.2 Closing down' }],
    ['450 to the recipient', { at: 'rcpt', reply: '450 4.2.1 Mailbox busy' }],
    ['451 to the recipient', { at: 'rcpt', reply: '451 4.7.1 Greylisted' }],
    ['452 to the text', { at: 'data', reply: '452 4.3.1 No room' }],
    ['a stall before the text', { at: 'rcpt', stall: true }],
    ['a stall behind the text', { at: 'data', stall: true }],
    ['a lost connection', { drop: 'beforeData' }],
    ['a connection lost in the text', { drop: 'midData' }],
  ])('%s', async (_, misbehaviour) => {
    const mail = await aMail();
    office.behave((recipient) => (recipient === mail.address ? misbehaviour : null));
    await deliver(mail);
    const first = await stateOf(mail);
    expect(first).toMatchObject({
      status: 'QUEUED', attempts: 1, timeline: ['QUEUED', 'ATTEMPT 1', 'DEFERRED 1'],
      lastAnswer: expect.stringMatching(/./),
    });
    if ('reply' in misbehaviour) expect(first.lastAnswer).toContain(misbehaviour.reply.slice(0, 3));
    const wait = first.nextAttemptAt!.getTime() - Date.now();
    expect(wait).toBeGreaterThan(40_000);
    expect(wait).toBeLessThan(75_000);
    expect(await suppressions(mail.address)).toEqual([]);

    // Not before its time.
    await deliver(mail);
    expect(await stateOf(mail)).toMatchObject({ attempts: 1 });

    office.behave(() => null);
    await deliver(mail, new Date(first.nextAttemptAt!.getTime() + 1));
    expect(await stateOf(mail)).toMatchObject({
      status: 'SENT', attempts: 2, messageIdHeader: first.messageIdHeader,
      timeline: ['QUEUED', 'ATTEMPT 1', 'DEFERRED 1', 'ATTEMPT 2', 'SENT 2'],
    });
    const arrived = office.received.filter(({ to }) => to.includes(mail.address));
    expect(arrived.map(({ messageId }) => messageId)).toEqual([first.messageIdHeader]);
  });
});

test('a mail server that nobody can reach is no reason to give a mail up', async () => {
  const mail = await aMail();
  const nowhere = smtpMailer({ smtpUrl: 'smtp://127.0.0.1:1', from: mailer.from, publicUrl: mailer.publicUrl });
  await deliverMail({ ...world.services, mailer: nowhere, cursorSecret: '' }, mail);
  expect(await stateOf(mail)).toMatchObject({ status: 'QUEUED', lastAnswer: expect.stringContaining('ECONNREFUSED') });
});

test('ten attempts over more than a day, then it is given up, and that is to be seen', async () => {
  const mail = await aMail();
  office.behave(() => ({ at: 'rcpt', reply: '450 4.2.2 Mailbox full' }));
  let now = Date.now();
  const start = now;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    await deliver(mail, new Date(now));
    now = (await stateOf(mail)).nextAttemptAt?.getTime() ?? now;
  }
  expect(maxAttempts).toBeGreaterThanOrEqual(8);
  expect(now - start).toBeGreaterThan(20 * 3_600_000);
  const state = await stateOf(mail);
  expect(state).toMatchObject({ status: 'FAILED', attempts: maxAttempts, nextAttemptAt: null });
  expect(state.timeline.at(-1)).toBe(`FAILED ${maxAttempts}`);
  expect(state.lastAnswer).toContain('Mailbox full');
});

test('each wait is longer than the one before, give or take a fifth', () => {
  const now = new Date(0);
  const waits = (random: number) => Array.from({ length: maxAttempts - 1 },
    (_, at) => retryAfter(at + 1, now, () => random)!.getTime());
  expect(waits(0.5)).toEqual([...waits(0.5)].sort((left, right) => left - right));
  for (const [at, wait] of waits(0.5).entries()) {
    expect(waits(0)[at]! / wait).toBeCloseTo(0.8);
    expect(waits(1)[at]! / wait).toBeCloseTo(1.2);
  }
  expect(retryAfter(maxAttempts, now)).toBeNull();
});

describe('what is refused for good is not tried again', () => {
  test.each<[string, Misbehaviour, string, boolean]>([
    ['550 to the recipient', { at: 'rcpt', reply: '550 No such user here' }, 'BOUNCED', true],
    ['550 5.1.1 to the recipient', { at: 'rcpt', reply: '550 5.1.1 No such user here' }, 'BOUNCED', true],
    ['550 5.1.1 behind the text', { at: 'data', reply: '550 5.1.1 No such user here' }, 'BOUNCED', true],
    ['550 5.7.1 for what we are', { at: 'rcpt', reply: '550 5.7.1 We do not know you' }, 'REFUSED', false],
    ['552 for its size', { at: 'data', reply: '552 5.3.4 Too large' }, 'REFUSED', false],
    ['552 for a full mailbox', { at: 'rcpt', reply: '552 5.2.2 Mailbox full' }, 'REFUSED', false],
    ['554 for its text', { at: 'data', reply: '554 5.6.0 That looks like spam' }, 'REFUSED', false],
  ])('%s', async (_, misbehaviour, status, isSuppressed) => {
    const mail = await aMail();
    office.behave(() => misbehaviour);
    await deliver(mail);
    await deliver(mail, new Date(Date.now() + 86_400_000));
    const state = await stateOf(mail);
    expect(state).toMatchObject({
      status, attempts: 1, nextAttemptAt: null, timeline: ['QUEUED', 'ATTEMPT 1', `${status} 1`],
    });
    expect(state.events.at(-1)!.answer).toContain('reply' in misbehaviour ? misbehaviour.reply.slice(4) : '');
    expect(await suppressions(mail.address)).toHaveLength(isSuppressed ? 1 : 0);
  });
});

test('an address that bounced gets no more mail of the workspace, and others still send to it', async () => {
  const first = await aMail();
  office.behave(() => ({ at: 'rcpt', reply: '550 5.1.1 No such user here' }));
  await deliver(first);
  office.behave(() => null);
  expect(await suppressions(first.address)).toEqual([
    { reason: 'BOUNCE', note: expect.stringContaining('No such user') },
  ]);

  const second = await aMail({ address: first.address });
  await deliver(second);
  expect(await stateOf(second)).toMatchObject({
    status: 'SUPPRESSED', attempts: 0, timeline: ['QUEUED', 'SUPPRESSED'],
    lastAnswer: expect.stringContaining('BOUNCE'),
  });
  expect(office.received.filter(({ to }) => to.includes(first.address))).toEqual([]);

  const elsewhere = await aMail({ address: first.address, workspaceId: platformWorkspaceId });
  await deliver(elsewhere);
  expect(await stateOf(elsewhere)).toMatchObject({ status: 'SENT' });
});

test('mail about one\'s account reaches who wants no other mail', async () => {
  const address = 'complainer@reader.example';
  await world.rows(
    `insert into mail_suppression (workspace_id, id, address, reason) values ($1, gen_random_uuid(), $2, 'COMPLAINT')`,
    [world.workspaceId, address]);
  const invitation = await aMail({ address });
  await deliver(invitation);
  expect(await stateOf(invitation)).toMatchObject({ status: 'SUPPRESSED' });
  const mailId = await world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'password-changed', to: { address }, variables: { at: new Date(), device: 'Firefox' },
  }));
  await deliver({ workspaceId: world.workspaceId, mailId });
  expect(await stateOf({ workspaceId: world.workspaceId, mailId })).toMatchObject({ status: 'SENT' });
});

test('where nobody looks after the list, an address that bounced is tried again after a day', async () => {
  const mail = await aMail({ workspaceId: platformWorkspaceId });
  office.behave(() => ({ at: 'rcpt', reply: '550 5.1.1 No such user here' }));
  await deliver(mail);
  office.behave(() => null);
  const again = await aMail({ workspaceId: platformWorkspaceId, address: mail.address });
  await deliver(again);
  expect(await stateOf(again)).toMatchObject({ status: 'SUPPRESSED' });
  const tomorrow = await aMail({ workspaceId: platformWorkspaceId, address: mail.address });
  await deliver(tomorrow, new Date(Date.now() + 25 * 3_600_000));
  expect(await stateOf(tomorrow)).toMatchObject({ status: 'SENT' });
});

test('a mail whose link has stopped working is not sent', async () => {
  const mail = await aMail({ usefulUntil: new Date(Date.now() - 1) });
  await deliver(mail);
  expect(await stateOf(mail)).toMatchObject({ status: 'EXPIRED', attempts: 0, timeline: ['QUEUED', 'EXPIRED'] });
});

test('what was taken without our knowing is sent again, the same to the byte', async () => {
  const mail = await aMail();
  office.behave(() => ({ drop: 'afterData' }));
  await deliver(mail);
  const { nextAttemptAt, status } = await stateOf(mail);
  expect(status).toBe('QUEUED');
  office.behave(() => null);
  await deliver(mail, nextAttemptAt!);
  const [first, second, ...more] = office.received.filter(({ to }) => to.includes(mail.address));
  expect(more).toEqual([]);
  expect(second!.messageId).toBe(first!.messageId);
  expect(second!.raw).toBe(first!.raw);
});

test('of two that begin the same attempt, one makes it', async () => {
  const mail = await aMail();
  await world.racing('mail', mail.mailId, () => deliver(mail), () => deliver(mail));
  expect((await stateOf(mail)).timeline).toEqual(['QUEUED', 'ATTEMPT 1', 'SENT 1']);
  expect(office.received.filter(({ to }) => to.includes(mail.address))).toHaveLength(1);
});

test('a mail that cannot be written is given up, and says why', async () => {
  const mail = await aMail();
  await world.rows(`update mail set variables = '{}' where id = $1`, [mail.mailId]);
  await deliver(mail);
  expect(await stateOf(mail)).toMatchObject({
    status: 'FAILED', attempts: 0, lastAnswer: 'It could not be written: There is no value for {{inviter}}.',
  });
});
