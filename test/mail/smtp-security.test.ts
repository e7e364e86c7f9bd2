import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deliverMail } from '../../src/mail/deliver-mail.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { smtpMailer } from '../../src/mail/smtp-mailer.ts';
import { type World, openWorld } from '../support/world.ts';
import { selfSignedCertificate } from './certificate.ts';
import { type MailWorker, startMailWorker } from './worker-process.ts';

let world: World;
const certificate = selfSignedCertificate();
const servers: SMTPServer[] = [];
beforeAll(async () => { world = await openWorld(); });
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise<void>((done) => { server.close(done); }))));
afterAll(() => world.close());

type Office = {
  port: number; received: { isEncrypted: boolean; user: unknown }[]; signIns: string[]; connections: number;
};

/** A mail server with its own certificate. With `demand`, only who says the right password may send. */
async function openOffice({ demand = false, ...options }: SMTPServerOptions & { demand?: boolean }): Promise<Office> {
  const office: Office = { port: 0, received: [], signIns: [], connections: 0 };
  const server = new SMTPServer({
    ...certificate, logger: false, authOptional: !demand, ...options,
    onConnect(_session, done) {
      office.connections += 1;
      done();
    },
    onAuth({ username, password }, _session, done) {
      office.signIns.push(username ?? '');
      if (username === 'crm' && password === 'right') done(null, { user: username });
      else done(Object.assign(new Error('5.7.8 Who are you?'), { responseCode: 535 }));
    },
    onData(stream, session, done) {
      stream.resume().on('end', () => {
        office.received.push({ isEncrypted: session.secure, user: session.user });
        done();
      });
    },
  });
  server.on('error', () => {});
  servers.push(server);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  office.port = (listening.address() as AddressInfo).port;
  return office;
}

const trusted = `tls.ca=${encodeURIComponent(certificate.cert)}`;

/** Tries to deliver so many mails through it once, one after the other, and says where each stands. */
async function deliverThrough(smtpUrl: string, howMany = 1): Promise<{ status: string; lastAnswer: string | null }[]> {
  const mailer = smtpMailer({
    smtpUrl, from: { address: 'crm@acme.example', name: null }, publicUrl: () => 'https://crm.example',
  }, { silenceMilliseconds: 2_000, attemptMilliseconds: 5_000, pauseMilliseconds: 1_000 });
  const mails = [];
  for (let at = 0; at < howMany; at += 1) {
    const mailId = await queue();
    await deliverMail({ ...world.services, mailer }, { workspaceId: world.workspaceId, mailId });
    const [mail] = await world.rows<{ status: string; lastAnswer: string | null }>(
      'select status, last_answer as "lastAnswer" from mail where id = $1', [mailId]);
    mails.push(mail!);
  }
  return mails;
}

function queue(): Promise<string> {
  return world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'member-removed', to: { address: 'ada@reader.example' }, variables: { at: new Date() },
  }));
}

describe('a mail server whose certificate is trusted', () => {
  test('gets mail encrypted: from the start by smtps, after STARTTLS by smtp', async () => {
    const implicit = await openOffice({ secure: true });
    const upgrading = await openOffice({});
    expect(await deliverThrough(`smtps://localhost:${implicit.port}?${trusted}`)).toMatchObject([{ status: 'SENT' }]);
    expect(await deliverThrough(`smtp://localhost:${upgrading.port}?${trusted}`)).toMatchObject([{ status: 'SENT' }]);
    expect(implicit.received).toMatchObject([{ isEncrypted: true }]);
    expect(upgrading.received).toMatchObject([{ isEncrypted: true }]);
  });

  test('gets our password, and takes the mail', async () => {
    const office = await openOffice({ demand: true });
    expect(await deliverThrough(`smtp://crm:right@localhost:${office.port}?${trusted}`))
      .toMatchObject([{ status: 'SENT' }]);
    expect(office.received).toEqual([{ isEncrypted: true, user: 'crm' }]);
  });

  test('is trusted by a certificate in NODE_EXTRA_CA_CERTS', async () => {
    const office = await openOffice({ secure: true });
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'gatehouse-ca-')), 'ca.pem');
    writeFileSync(file, certificate.cert);
    const mailId = await queue();
    const worker: MailWorker = await startMailWorker(
      world, `smtps://localhost:${office.port}`, 1, { NODE_EXTRA_CA_CERTS: file });
    try {
      await expect.poll(async () => (await world.rows('select status from mail where id = $1', [mailId]))[0], {
        timeout: 60_000,
      }).toEqual({ status: 'SENT' });
    } finally {
      await worker.kill();
    }
  });
});

test('a certificate that nobody vouches for gets nothing, and the mail says so and waits', async () => {
  for (const [secure, protocol] of [[true, 'smtps'], [false, 'smtp']] as const) {
    const office = await openOffice({ secure });
    const [mail] = await deliverThrough(`${protocol}://crm:right@localhost:${office.port}`);
    expect(mail).toEqual({
      status: 'QUEUED',
      lastAnswer: "The mail server's certificate is not trusted, so nothing was sent: self-signed certificate.",
    });
    expect(office.signIns).toEqual([]);
    expect(office.received).toEqual([]);
  }
});

test('a certificate for another name gets nothing', async () => {
  const office = await openOffice({ secure: true });
  const [mail] = await deliverThrough(
    `smtps://127.0.0.1:${office.port}?${trusted}&tls.servername=mail.acme.example`);
  expect(mail).toMatchObject({ status: 'QUEUED', lastAnswer: expect.stringContaining('does not match certificate') });
  expect(office.received).toEqual([]);
});

test('a server on another machine that does not go on with TLS gets neither password nor mail', async () => {
  const office = await openOffice({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
  // It leads to this machine, and does not look like it.
  const [mail] = await deliverThrough(`smtp://crm:right@127.1:${office.port}`);
  expect(mail).toMatchObject({ status: 'QUEUED', lastAnswer: expect.stringContaining('does not go on with TLS') });
  expect(office.signIns).toEqual([]);
  expect(office.received).toEqual([]);
});

describe('a wrong password', () => {
  test('is said on every mail, which waits, and tried once a minute and not once a mail', async () => {
    const office = await openOffice({ demand: true });
    const mails = await deliverThrough(`smtp://crm:wrong-canary@localhost:${office.port}?${trusted}`, 20);
    const sentence = 'The mail server did not accept the user name and password in SMTP_URL: 535 5.7.8 Who are you?';
    expect(mails[0]).toEqual({ status: 'QUEUED', lastAnswer: sentence });
    for (const mail of mails) {
      expect(mail).toMatchObject({ status: 'QUEUED', lastAnswer: expect.stringContaining(sentence) });
    }
    // The pause of this test is a second, within which twenty mails may or may not be tried.
    expect(office.connections).toBeLessThanOrEqual(3);
    const kept = await world.rows<{ row: string }>(
      'select m::text as row from mail m union all select e::text from mail_event e');
    expect(kept.filter(({ row }) => row.includes('canary'))).toEqual([]);
  });

  test('that we never said, to a server that wants one, is no fault of the mail', async () => {
    const office = await openOffice({ demand: true });
    const [mail] = await deliverThrough(`smtp://localhost:${office.port}?${trusted}`);
    expect(mail).toMatchObject({
      status: 'QUEUED', lastAnswer: expect.stringContaining('did not accept the user name and password'),
    });
    expect(office.received).toEqual([]);
  });
});
