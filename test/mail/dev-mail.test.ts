import { request } from 'node:http';
import { mkdtempSync, rmSync, statSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaughtMails } from '../../src/mail/caught-mails.ts';
import { sampleMail } from '../../src/mail/sample-mail.ts';
import { mailTemplateNames } from '../../src/mail/templates.ts';
import { isFromHere } from '../../src/pages/dev-mail.ts';
import { schema } from '../../src/schema/index.ts';
import { startServer } from '../http/http-server.ts';

const stateFolder = mkdtempSync(path.join(tmpdir(), 'gatehouse-mails-'));
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer({ schema, env: { STATE_FOLDER: stateFolder } });
});
afterAll(async () => {
  await server.close();
  rmSync(stateFolder, { recursive: true });
});

const id = '01920000-0000-7000-8000-000000000001';

async function caught(subject: string, at = id): Promise<void> {
  const mailer = new CaughtMails(stateFolder)
    .mailer({ address: 'crm@acme.example', name: 'Acme' }, () => 'http://localhost');
  const mail = sampleMail('reset-password', 'en', { publicUrl: 'http://localhost' });
  await mailer.send({
    ...mail, subject, id: at, to: { address: 'ada@reader.example', name: 'Ada' }, messageId: `<${at}@acme.example>`,
    date: new Date(),
  });
}

type Page = { status: number; text: string; headers: Record<string, unknown> };

function get(address: string, headers: Record<string, string> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    request(`${server.url}${address}`, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
      response.on('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    }).on('error', reject).end();
  });
}

test('mails that are caught are listed, the latest first, and shown as HTML and as text', async () => {
  expect((await get('/dev/mail')).text).toContain('No mail yet');
  await caught('First <script>');
  await caught('Second', id.replace(/1$/, '2'));
  const list = (await get('/dev/mail')).text;
  expect(list.indexOf('Second')).toBeLessThan(list.indexOf('First &lt;script&gt;'));
  expect(list).toContain('Ada &lt;ada@reader.example&gt;');

  const { text } = await get(`/dev/mail/${id}`);
  expect(text).toContain(`<iframe src="/dev/mail/${id}/html"`);
  expect(text).toContain('http://localhost/a-link?token=sample');
  const inside = await get(`/dev/mail/${id}/html`);
  expect(inside.text).toContain('<base target="_blank">');
  expect(inside.headers['content-security-policy']).toMatch(/sandbox allow-popups/);
  expect(inside.headers['x-frame-options']).toBe('SAMEORIGIN');
});

test('they are files of their owner alone, and no more than two hundred', async () => {
  for (let at = 0; at < 205; at += 1) await caught(`Mail ${at}`, id.replace(/001$/, String(at + 100)));
  const folder = path.join(stateFolder, 'mails');
  const files = readdirSync(folder);
  expect(files).toHaveLength(200);
  expect(files.map((file) => statSync(path.join(folder, file)).mode & 0o077)).toEqual(files.map(() => 0));
});

test('every template is shown with made-up values, beside its source', async () => {
  const list = (await get('/dev/mail/templates')).text;
  for (const name of mailTemplateNames) {
    expect(list).toContain(`/dev/mail/templates/${name}?locale=en`);
    const page = await get(`/dev/mail/templates/${name}?locale=en`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Subject: ');
    expect((await get(`/dev/mail/templates/${name}?locale=en&html`)).text).toContain('<!doctype html>');
  }
});

test.each([
  '/dev/mail/nothing', '/dev/mail/templates/nothing', `/dev/mail/${id}/other`, '/dev/mail/a/b/c', '/dev/mailbox',
  '/dev',
])(
  '%s is not there', async (address) => {
    expect((await get(address)).status).toBe(404);
  });

describe('only browsers of this machine see them', () => {
  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.0.2:4000'])(
    'not under the name %j, which a page elsewhere can lead here', async (host) => {
      expect((await get('/dev/mail', { host })).status).toBe(404);
    });

  test.each(['localhost', 'localhost:4000', '127.0.0.1:1', '[::1]:4000'])('under the name %s', async (host) => {
    expect((await get('/dev/mail', { host })).status).toBe(200);
  });

  test.each([null, '192.168.0.2', '10.0.0.1', '::ffff:192.168.0.2', '2001:db8::1'])('not from %s', (ipAddress) => {
    expect(isFromHere(new Request('http://x/dev/mail', { headers: { host: 'localhost' } }), ipAddress)).toBe(false);
  });
});

test('in production there is no such page', async () => {
  const production = await startServer({ schema, env: { NODE_ENV: 'production', STATE_FOLDER: stateFolder } });
  try {
    expect((await fetch(`${production.url}/dev/mail`)).status).toBe(404);
    expect((await fetch(`${production.url}/dev/mail/templates`)).status).toBe(404);
  } finally {
    await production.close();
  }
});
