import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverMail } from '../../src/mail/deliver-mail.ts';
import { MailError } from '../../src/mail/mailer.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { projectFolder } from '../../src/project.ts';
import { memoryMailer } from '../support/mails.ts';
import { type World, openWorld } from '../support/world.ts';

/* The documents in examples/ about mail, as they stand there. */

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Result = { userErrors: object[] } & Record<string, { id: string; version: number } | object[] | null>;

/** Runs one operation of a file in examples/. */
async function run(
  file: string, operationName: string, variables: Record<string, unknown> = {},
): Promise<Record<string, Result>> {
  const text = readFileSync(path.join(projectFolder, 'examples', `${file}.graphql`), 'utf8');
  const [operation] = text.match(new RegExp(`^(query|mutation) ${operationName}\\b[^]*?^}$`, 'm'))!;
  return world.as(world.admin).data(operation, variables);
}

async function anInvitation(address: string, error?: MailError): Promise<string> {
  const mailId = await world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'invitation', to: { address }, variables: { inviter: 'Olive', lifetimeMinutes: 60 },
    link: { path: '/accept' },
  }));
  const { mailer } = memoryMailer();
  const failing = { ...mailer, send: () => Promise.reject(error) };
  await deliverMail(
    { ...world.services, mailer: error ? failing : mailer }, { workspaceId: world.workspaceId, mailId });
  return mailId;
}

test('mails in trouble are found, and sent again', async () => {
  const refused = await anInvitation('refused@reader.example', new MailError('never', '554 5.7.1 Not from you'));
  await anInvitation('deferred@reader.example', new MailError('later', '450 4.2.1 Busy'));
  await anInvitation('fine@reader.example');
  const { mails } = await run('27-mails-in-trouble', 'MailsInTrouble') as unknown as {
    mails: { totalCount: number; nodes: { id: string; version: number }[] };
  };
  expect(mails.totalCount).toBe(2);
  const { id, version } = mails.nodes.find((mail) => mail.id === `mail_${refused}`)!;
  expect(await run('28-resend-a-mail', 'ResendMail', { id, version })).toMatchObject(
    { mailResend: { mail: { id, status: 'QUEUED' }, userErrors: [] } });
});

test('a bounce is reported, and its address seen, stopped and freed', async () => {
  const mailId = await anInvitation('gone@reader.example');
  expect(await run('29-report-a-bounce', 'ReportBounce', { messageId: `<${mailId}@gatehouse.test>` })).toMatchObject(
    { mailReport: { mail: { status: 'BOUNCED', toAddress: 'gone@reader.example' }, userErrors: [] } });
  const stopped = await run('30-suppression-list', 'StopMailTo', { address: 'stop@reader.example' });
  expect(await run('30-suppression-list', 'SuppressionList')).toMatchObject({ mailSuppressions: { totalCount: 2 } });
  const { id, version } = stopped.mailSuppressionCreate!.mailSuppression as { id: string; version: number };
  expect(await run('30-suppression-list', 'SendMailAgainTo', { id, version })).toEqual(
    { mailSuppressionDelete: { userErrors: [] } });
});

test('an invitation gets words in German', async () => {
  expect(await run('31-words-of-a-mail', 'WordsOfAnInvitation')).toMatchObject(
    { mailTemplate: { version: 0, isOverridden: false, wordsLocale: 'en' } });
  expect(await run('31-words-of-a-mail', 'OwnWordsForAnInvitation')).toMatchObject({
    mailTemplateUpdate: {
      mailTemplate: { version: 1, isOverridden: true, preview: { subject: 'Olive Owner lädt Sie zu Acme Ltd ein' } },
      userErrors: [],
    },
  });
});
