import { request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { deliverMails } from '../support/mails.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/** Sends a mutation as somebody who is not signed in, and says of himself what he likes. */
function send(mutation: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    request(`${world.url}/graphql`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => resolve(text));
    }).on('error', reject).end(JSON.stringify({ query: `mutation { ${mutation} { userErrors { code } } }` }));
  });
}

const reset = () => `requestPasswordReset(input: { email: "${world.owner.email}" })`;
const signUp = (email: string) => `signUp(input: { email: "${email}", workspaceName: "Evil" })`;

test('links lead to PUBLIC_URL, whatever a request says of where it went', async () => {
  const liars: Record<string, string>[] = [
    { host: 'evil.example' }, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
    { forwarded: 'host=evil.example;proto=http' }, { origin: 'https://evil.example', referer: 'https://evil.example/' },
    { 'x-original-url': 'https://evil.example/', 'x-forwarded-prefix': '/evil' },
  ];
  for (const [at, liar] of liars.entries()) {
    await send(reset(), liar);
    await send(signUp(`newcomer${at}@reader.example`), liar);
  }
  const mails = await deliverMails(world);
  expect(mails.length).toBeGreaterThanOrEqual(liars.length + 1);
  for (const { text, html } of mails) {
    const links = [...`${text} ${html}`.matchAll(/https?:\/\/[^\s"<)]+/g)].map(([link]) => new URL(link).origin);
    expect(new Set(links)).toEqual(new Set(['https://crm.example']));
    expect(text + html).not.toContain('evil.example');
  }
});

/** Every row of every table, of the job queue too: what somebody has who has stolen a copy. */
async function everyRow(): Promise<string> {
  const client = new pg.Client({ connectionString: world.urls.admin });
  await client.connect();
  try {
    await client.query('set role gatehouse_owner');
    const { rows: tables } = await client.query<{ name: string }>(`
      select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('gatehouse', 'gatehouse_jobs') and c.relkind = 'r'`);
    let text = '';
    for (const workspaceId of [world.workspaceId, platformWorkspaceId]) {
      await client.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
      for (const { name } of tables) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
        text += rows.map(({ row }) => `${name} ${row}\n`).join('');
      }
    }
    return text;
  } finally {
    await client.end();
  }
}

test('no token of a link is in the database, neither as it is sent nor in another writing', async () => {
  for (const address of ['secret@reader.example', 'other@reader.example']) await send(signUp(address));
  const mails = await deliverMails(world);
  const tokens = mails.flatMap(({ text }) => [...text.matchAll(/[?&]token=([\w-]+)/g)].map(([, token]) => token!));
  expect(tokens.length).toBeGreaterThanOrEqual(2);
  const rows = await everyRow();
  // That it is all there.
  expect(rows).toContain('secret@reader.example');
  expect(rows).toContain('mail.deliver');
  for (const token of tokens) {
    const bytes = Buffer.from(token, 'base64url');
    const asText = Buffer.from(token);
    for (const writing of [
      token, bytes.toString('hex'), bytes.toString('base64'), asText.toString('hex'), asText.toString('base64'),
      asText.toString('base64url'),
    ]) {
      expect(rows.toLowerCase().includes(writing.toLowerCase())).toBe(false);
    }
  }
});
