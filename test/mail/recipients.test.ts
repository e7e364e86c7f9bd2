import { afterAll, beforeAll, expect, test } from 'vitest';
import { recipientOf, senderFrom } from '../../src/mail/address.ts';
import { deliverMail } from '../../src/mail/deliver-mail.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { smtpMailer } from '../../src/mail/smtp-mailer.ts';
import { type World, openWorld } from '../support/world.ts';
import { type PostOffice, openPostOffice } from './post-office.ts';

/* What is looked at here is the wire: what a mail server hears, and nothing that we believe to have said. */

let world: World;
let office: PostOffice;
beforeAll(async () => {
  [world, office] = await Promise.all([openWorld(), openPostOffice()]);
});
afterAll(async () => {
  await office.close();
  await world.close();
});

type Parts = { address?: string; name?: string; inviter?: string };

/** Everything that is said to the server while one mail is sent. */
async function saidFor({ address = 'ada@reader.example', name = 'Ada', inviter = 'Olive' }: Parts): Promise<string> {
  const before = office.wire().length;
  const mailId = await world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'invitation', to: { address, name }, variables: { inviter, lifetimeMinutes: 60 },
    link: { path: '/accept' },
  }));
  const mailer = smtpMailer(
    { smtpUrl: office.url, from: { address: 'crm@acme.example', name: null }, publicUrl: () => 'https://crm.example' });
  await deliverMail({ ...world.services, mailer, cursorSecret: '' }, { workspaceId: world.workspaceId, mailId });
  return office.wire().slice(before);
}

const linesOf = (said: string, start: RegExp) => said.split('\r\n').filter((line) => start.test(line));
/** The mail's own header, unfolded. */
const headerOf = (said: string) => said.slice(said.indexOf('DATA\r\n') + 6).split('\r\n\r\n')[0]!
  .replace(/\r\n[ \t]+/g, ' ');

test.each([
  'b@x.example\r\nRCPT TO:<evil@x.example>', 'b@x.example>\r\nRCPT TO:<evil@x.example', 'b@x.example\nevil@x.example',
  'b@x.example,evil@x.example', 'b@x.example;evil@x.example', '"x@evil.example, y"@x.example', '"b\r\n"@x.example',
  'b@x.example evil@x.example', 'B <b@x.example>', '<b@x.example>', 'group:b@x.example,evil@x.example;',
  'b@x.example\0',
  'b@evil.example(@x.example)', 'b%evil.example@x.example@y.example', '@evil.example:b@x.example',
  'b@x.example\u2028c@x.example',
])('%j never comes to the wire', async (address) => {
  const before = office.wire();
  await expect(saidFor({ address })).rejects.toThrow('A mail goes to one address');
  expect(office.wire()).toBe(before);
});

test.each([
  'Ada\r\nBcc: evil@x.example', 'Ada\nRCPT TO:<evil@x.example>', 'Ada, evil@x.example', 'evil@x.example',
  '"evil@x.example" <b',
  'Ada" <evil@x.example>, "', 'Ada <evil@x.example>', '=?utf-8?Q?evil=40x=2Eexample=2C?=', 'Ada\u202Eelpmaxe.x@live',
  'Ada\u2028Bcc: evil@x.example', `${'A'.repeat(500)}, evil@x.example`,
])('with the name %j it goes to the one recipient', async (name) => {
  const said = await saidFor({ name });
  expect(linesOf(said, /^RCPT /i)).toEqual(['RCPT TO:<ada@reader.example>']);
  const header = headerOf(said).split('\r\n');
  expect(header.filter((line) => /^(to|cc|bcc):/i.test(line))).toHaveLength(1);
  const [to] = header.filter((line) => line.startsWith('To:'));
  expect(to).toMatch(/^To: (.* )?<?ada@reader\.example>?$/);
  expect(to!.match(/[<,;]/g) ?? []).toEqual(to!.includes('<') ? ['<'] : []);
  expect(header.every((line) => /^[!-9;-~]+: /.test(line))).toBe(true);
});

test.each([
  'Olive\r\nBcc: evil@x.example', 'Olive\r\n\r\nAnother text', 'Olive\n.\nMAIL FROM:<evil@x.example>',
  'Olive\r\n.\r\nQUIT',
])('what others call themselves (%j) is neither a header nor the end of a text', async (inviter) => {
  const said = await saidFor({ inviter });
  const [dialogue, text, ...more] = said.split(/\r\nDATA\r\n|\r\n\.\r\n/);
  expect(dialogue).toMatch(/^EHLO .*\r\nMAIL FROM:<crm@acme\.example>.*\r\nRCPT TO:<ada@reader\.example>$/);
  expect(['', 'QUIT\r\n']).toContain(more.join());
  expect(text).toMatch(/Another text|MAIL FROM:|QUIT|Bcc/);
  expect(linesOf(headerOf(said), /^Bcc:/i)).toEqual([]);
  expect(office.received.at(-1)!.to).toEqual(['ada@reader.example']);
});

test('a name is shown as it is, and leads nowhere', async () => {
  await saidFor({ inviter: '<a href="https://evil.example">Click</a> https://evil.example' });
  const { raw } = office.received.at(-1)!;
  const text = raw.slice(raw.indexOf('<!doctype')).replace(/=\r\n/g, '').replace(/=3D/g, '=');
  expect(text).toContain('&lt;a href=&quot;https: evil.example');
  expect(text).not.toContain('https://evil.example');
  expect([...text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(
    ['https://crm.example/accept', 'https://crm.example/accept']);
});

test('recipients are people with one address each', () => {
  expect(recipientOf({ address: ' Ada@Example.COM ', name: ' Ada\tAdams ' })).toEqual(
    { address: 'ada@example.com', name: 'Ada Adams' });
  expect(recipientOf({ address: 'ada@bücher.example', name: '' })).toEqual(
    { address: 'ada@xn--bcher-kva.example', name: null });
  expect(recipientOf({ address: 'ada@example.com', name: 'Łukasz Ørsted 小林' })?.name).toBe('Łukasz Ørsted 小林');
});

test.each([
  ['crm@acme.example', { address: 'crm@acme.example', name: null }],
  ['Acme CRM <crm@acme.example>', { address: 'crm@acme.example', name: 'Acme CRM' }],
  ['"Acme, Inc." <crm@acme.example>', { address: 'crm@acme.example', name: 'Acme Inc.' }],
  ['Acme', null], ['Acme <>', null], ['a@b.example, c@d.example', null], ['Acme <a@b.example> <c@d.example>', null],
])('mails from %j', (text, sender) => {
  expect(senderFrom(text)).toEqual(sender);
});
