import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliverMail } from '../../src/mail/deliver-mail.ts';
import { MailError, type Mailer } from '../../src/mail/mailer.ts';
import { type QueuedMail, queueMail } from '../../src/mail/queue-mail.ts';
import { memoryMailer } from '../support/mails.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
});
afterAll(() => world.close());

async function aMail(of = world, more: Partial<QueuedMail<'invitation'>> = {}): Promise<string> {
  return of.database.transaction(of.workspaceId, (tx) => queueMail(tx, of.services, {
    template: 'invitation', to: { address: 'ada@reader.example', name: 'Ada' },
    variables: { inviter: 'Olive', lifetimeMinutes: 60 }, link: { path: '/accept' }, ...more,
  }));
}

async function attempt(mailId: string, error?: MailError): Promise<void> {
  const { mailer } = memoryMailer();
  const failing: Mailer = { ...mailer, send: async () => { throw error; } };
  await deliverMail(
    { ...world.services, mailer: error ? failing : mailer }, { workspaceId: world.workspaceId, mailId });
}

type MailAnswer = { id: string; version: number; status: string; attempts: number; messageId: string | null };
const one =
  'query($id: ID!) { mail(id: $id) { id version status attempts messageId lastAnswer nextAttemptAt sentAt events { kind attempt answer } } }';

test('an administrator follows a mail: each attempt, what the server answered, when it is tried next', async () => {
  const mailId = await aMail();
  await attempt(mailId, new MailError('later', '450 4.2.1 Mailbox busy'));
  const { mail } = await world.as(world.admin).data<{ mail: MailAnswer }>(one, { id: `mail_${mailId}` });
  expect(mail).toMatchObject({
    status: 'QUEUED', attempts: 1, lastAnswer: '450 4.2.1 Mailbox busy', nextAttemptAt: expect.any(String),
    sentAt: null,
    events: [
      { kind: 'QUEUED', attempt: null, answer: null }, { kind: 'ATTEMPT', attempt: 1, answer: null },
      { kind: 'DEFERRED', attempt: 1, answer: '450 4.2.1 Mailbox busy' },
    ],
  });
  const { mails } = await world.as(world.admin).data<{ mails: { nodes: MailAnswer[] } }>(
    `{ mails(where: { status: { eq: QUEUED }, attempts: { gt: 0 } }, orderBy: [{ field: NEXT_ATTEMPT_AT }]) {
      nodes { id template toAddress } } }`);
  expect(mails.nodes).toContainEqual({ id: mail.id, template: 'invitation', toAddress: 'ada@reader.example' });
});

test('mails of another workspace are not there', async () => {
  const id = `mail_${await aMail(rival)}`;
  const api = world.as(world.owner);
  expect(await api.data('query($id: ID!) { mail(id: $id) { id } node(id: $id) { id } }', { id })).toEqual(
    { mail: null, node: null });
  const { mails } = await api.data<{ mails: { nodes: { id: string }[] } }>('{ mails(first: 200) { nodes { id } } }');
  expect(mails.nodes.map((mail) => mail.id)).not.toContain(id);
  const { userErrors } = await api.mutate('mailResend', { id, version: 1 });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('who may not read mails sees none by any door', async () => {
  const id = `mail_${await aMail()}`;
  const answer = await world.as(world.manager).ask(
    'query($id: ID!) { mail(id: $id) { id } mails { totalCount } mailSuppressions { totalCount } mailTemplates { name } node(id: $id) { id } }',
    { id });
  expect(answer.data).toEqual({ mail: null, mails: null, mailSuppressions: null, mailTemplates: null, node: null });
  expect(answer.errors.map(({ extensions }) => extensions?.permission)).toEqual(
    ['mail.read', 'mail.read', 'mailSuppression.read', 'mailTemplate.read']);
});

describe('a mail is sent again', () => {
  test('at once, from its first attempt on; what was given up keeps its Message-ID', async () => {
    const mailId = await aMail();
    await attempt(mailId, new MailError('never', '554 5.6.0 Spam'));
    const api = world.as(world.admin);
    const before = (await api.data<{ mail: MailAnswer }>(one, { id: `mail_${mailId}` })).mail;
    expect(before).toMatchObject({ status: 'REFUSED' });
    const again = await api.done<MailAnswer>(
      'mailResend', { id: before.id, version: before.version }, 'id version status attempts messageId');
    expect(again).toMatchObject({ status: 'QUEUED', attempts: 0, messageId: before.messageId });
    await attempt(mailId);
    expect((await api.data<{ mail: MailAnswer }>(one, { id: before.id })).mail).toMatchObject({
      status: 'SENT', attempts: 1,
    });
    expect(await world.audited(mailId)).toEqual([{ by: 'Admin', did: 'mail.resend', fields: ['status'] }]);
  });

  test('under a new Message-ID where it had arrived, for mail programs hide what they have', async () => {
    const mailId = await aMail();
    await attempt(mailId);
    const api = world.as(world.admin);
    const before = (await api.data<{ mail: MailAnswer }>(one, { id: `mail_${mailId}` })).mail;
    const again = await api.done<MailAnswer>(
      'mailResend', { id: before.id, version: before.version }, 'id messageId status');
    expect(again.messageId).toMatch(/^<[0-9a-f-]{36}@gatehouse\.test>$/);
    expect(again.messageId).not.toBe(before.messageId);
  });

  test('with a job that does it', async () => {
    const mailId = await aMail();
    await attempt(mailId);
    const jobs = async () => Number((await world.rows<{ count: string }>(
      `select count(*) from gatehouse_jobs.job where data::text like '%' || $1 || '%'`, [mailId]))[0]!.count);
    const before = await jobs();
    await world.as(world.admin).done('mailResend', { id: `mail_${mailId}`, version: 3 });
    expect(await jobs()).toBe(before + 1);
  });

  test('not once its link has stopped working', async () => {
    const mailId = await aMail(world, { usefulUntil: new Date(Date.now() - 1_000) });
    const { userErrors } = await world.as(world.admin).mutate('mailResend', { id: `mail_${mailId}`, version: 1 });
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'id'] }]);
  });

  test('once, by one of two who ask for it at the same time', async () => {
    const mailId = await aMail();
    const answers = await world.racing('mail', mailId, ...['a', 'b'].map(() => () => (
      world.as(world.admin).mutate('mailResend', { id: `mail_${mailId}`, version: 1 }))));
    expect(answers.map(({ userErrors }) => userErrors.map(({ code }) => code)).sort())
      .toEqual([[], ['VERSION_CONFLICT']]);
  });
});

const report = (input: object) => world.as(world.admin).ask<{
  mailReport: { mail: MailAnswer | null; userErrors: object[] };
}>(
  'mutation($input: MailReportInput!) { mailReport(input: $input) { mail { status } userErrors { code path } } }',
  { input });

test('a bounce that comes back later is written down once, and the address gets no more mail', async () => {
  const mailId = await aMail(world, { to: { address: 'gone@reader.example' } });
  await attempt(mailId);
  const messageId = `${mailId}@gatehouse.test`;
  for (const given of [messageId, `<${messageId}>`]) {
    expect((await report({ messageId: given, kind: 'BOUNCE', answer: 'No such\r\nuser' })).data).toEqual(
      { mailReport: { mail: { status: 'BOUNCED' }, userErrors: [] } });
  }
  expect(await world.rows('select kind, answer from mail_event where mail_id = $1 order by id', [mailId])).toEqual([
    { kind: 'QUEUED', answer: null }, { kind: 'ATTEMPT', answer: null }, { kind: 'SENT', answer: '250 kept' },
    { kind: 'BOUNCED', answer: 'No such user' },
  ]);
  const { mailSuppressions } = await world.as(world.admin).data<{ mailSuppressions: { nodes: object[] } }>(
    '{ mailSuppressions(where: { address: { eq: "gone@reader.example" } }) { nodes { reason note endsAt } } }');
  expect(mailSuppressions.nodes).toEqual([{ reason: 'BOUNCE', note: 'No such user', endsAt: null }]);
});

test('a complaint leaves the mail sent, and the address without further mail', async () => {
  const mailId = await aMail(world, { to: { address: 'annoyed@reader.example' } });
  await attempt(mailId);
  expect((await report({ messageId: `${mailId}@gatehouse.test`, kind: 'COMPLAINT' })).data).toEqual(
    { mailReport: { mail: { status: 'SENT' }, userErrors: [] } });
  const second = await aMail(world, { to: { address: 'annoyed@reader.example' } });
  await attempt(second);
  expect((await world.as(world.admin).data<{ mail: MailAnswer }>(one, { id: `mail_${second}` })).mail.status)
    .toBe('SUPPRESSED');
});

test('a report of a mail of another workspace finds none', async () => {
  const mailId = await aMail(rival);
  await rival.rows(`update mail set message_id_header = '<theirs@gatehouse.test>' where id = $1`, [mailId]);
  expect((await report({ messageId: 'theirs@gatehouse.test', kind: 'BOUNCE' })).data).toEqual(
    { mailReport: { mail: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'messageId'] }] } });
});

test('a page of mails with their timelines takes one statement, for one mail and for fifty', async () => {
  const read = () => world.as(world.admin).data(
    '{ mails(first: 50) { nodes { id toAddress events { kind at answer } } } }');
  const few = await world.statementsOf(read);
  for (let at = 0; at < 50; at += 1) await aMail();
  expect(await world.statementsOf(read)).toBe(few);
});
