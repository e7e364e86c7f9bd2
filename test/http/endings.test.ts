import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { startSession, takeSessions } from '../../src/auth/session.ts';
import { setPassword } from '../../src/db/identity.ts';
import { deleteWorkspace } from '../../src/db/setup/delete-workspace.ts';
import { readEnv } from '../../src/env.ts';
import { type Listening, listen } from '../../src/http/listen.ts';
import { createLog } from '../../src/http/logging.ts';
import { schema } from '../../src/schema/index.ts';
import { visibleSchema } from '../../src/schema/visible-schema.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { type TestServer, clientOf, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

/*
 * Whoever was shut out meanwhile is answered by the server that remembers him as by one that never saw him: another
 * process, which is also where he was shut out. No name of his in the log either.
 */
let world: World;
let here: Listening;
let fresh: SecondServer;
const logLines: string[] = [];
const password = 'correct horse battery staple';

beforeAll(async () => {
  world = await openWorld();
  for (let count = 0; count < 3; count += 1) await world.aDeal({ owner: world.rep, amountMinor: 5n });
  const env = readEnv({ DATABASE_URL: world.urls.server, CURSOR_SECRET: 'a secret of at least 32 bytes long' });
  const log = createLog({ logLevel: 'info' }, { write: (line) => { logLines.push(line); } });
  const app = createApp({
    env, services: { ...world.services, database: world.database }, schema, log,
    introspectionSchema: (principal) => visibleSchema(schema, principal?.profile ?? null),
  });
  here = await listen(app, { port: 0, host: '127.0.0.1', noticeMilliseconds: 0 });
  fresh = await secondServer(world);
});
afterAll(async () => {
  await Promise.all([here.close(), fresh.close()]);
  await world.close();
});

/** Ways to be answered: by reading, by more than that, not at all for several reasons, and by what is no data. */
const requests: readonly Record<string, unknown>[] = [
  { query: '{ deals(first: 2) { totalCount nodes { id title amount { amountMinor } } } }' },
  { query: '{ a: deals { totalCount } b: companies { totalCount } viewer { user { email } sessions { id } } }' },
  { query: '{ roles { nodes { name } } }' },
  { query: '{ nonsense }' },
  { query: '{' },
  { query: '{ deals(first: 200) { nodes { activities(first: 200) { nodes { id subject } } } } }' },
  { query: '{ deals(after: "forged") { nodes { id } } }' },
  { documentId: `sha256:${'0'.repeat(64)}` },
  { query: '{ __typename }' },
  { query: '{ __schema { queryType { fields { name } } } }' },
  { query: `mutation { tagDelete(input: { id: "tag_0190a000-0000-7000-8000-000000000000", version: 1 }) {
    userErrors { code } } }` },
];

/** Everything that comes back, but what is another each time. */
async function answer(url: string, token: string, parameters: object): Promise<string> {
  const { status, headers, text } = await clientOf(url).post(parameters, { authorization: `Bearer ${token}` });
  const told = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name));
  return [status, ...told.map(String), text.replace(/"requestId":"[^"]+"/, '')].join('\n');
}

async function aVictim(): Promise<WorldMember> {
  const victim = await world.aMember({ roles: ['MANAGER'], teamId: world.teams.north.id });
  await setPassword(world.database, victim.userId, null, await hashPassword(password));
  return victim;
}

const session = ({ userId }: { userId: string }, { workspaceId } = world) => (
  startSession(world.database, { userId, workspaceId, userAgent: null }));
const versionOf = async ({ id }: { id: string }) => (
  (await world.rows<{ version: number }>('select version from member where id = $1', [id]))[0]!.version);

async function key({ token }: WorldMember): Promise<{ id: string; version: number; token: string }> {
  type Made = { apiKeyCreate: { apiKey: { id: string; version: number }; token: string } };
  const { apiKeyCreate: { apiKey, token: ofKey } } = await world.as({ token }).data<Made>(
    `mutation { apiKeyCreate(input: { name: "Key" }) { apiKey { id version } token userErrors { message } } }`);
  return { ...apiKey, token: ofKey };
}

/** How somebody is shut out, by the other server. */
const endings: Record<string, (victim: WorldMember) => Promise<unknown>> = {
  'sessions that were ended': async (victim) => fresh.as({ token: await session(victim) })
    .data('mutation { signOutEverywhere(input: {}) { userErrors { code } } }'),
  'another password': async (victim) => fresh.as({ token: await session(victim) })
    .data(`mutation { changePassword(input: { currentPassword: "${password}", newPassword: "${password} two" }) {
      userErrors { code } } }`),
  'a member who was suspended': async (victim) => fresh.as(world.owner)
    .done('memberSuspend', { id: `member_${victim.id}`, version: await versionOf(victim) }),
  'a member who was removed': async (victim) => fresh.as(world.owner)
    .data(`mutation { memberRemove(input: { id: "member_${victim.id}", version: ${await versionOf(victim)} }) {
      userErrors { code } } }`),
  'an account that was deleted': async (victim) => fresh.as({ token: await session(victim) })
    .data(`mutation { deleteAccount(input: { currentPassword: "${password}" }) { userErrors { code } } }`),
};

/** @param tokens for each request one that has been used for nothing else, and one more */
async function expectAsFresh(tokens: readonly string[], end: () => Promise<unknown>): Promise<void> {
  const asked = requests.slice(0, tokens.length - 1);
  await Promise.all(asked.map(async (parameters, at) => {
    for (let time = 0; time < 2; time += 1) await answer(here.url, tokens[at]!, parameters);
  }));
  // Meanwhile he asks, and is answered as before or not at all.
  const ask = () => answer(here.url, tokens.at(-1)!, requests[0]!);
  const before = await ask();
  const seen = new Set<string>();
  let after: string | undefined;
  const asking = Array.from({ length: 3 }, async () => {
    while (!after) seen.add(await ask());
  });
  const ended = await end().catch((error: unknown) => ({ code: String(error) }));
  after = await ask();
  await Promise.all(asking);
  expect(JSON.stringify(ended)).not.toContain('"code"');
  expect(after).toContain('UNAUTHENTICATED');
  for (const each of seen) expect([before, after]).toContain(each);

  for (const [at, parameters] of asked.entries()) {
    logLines.length = 0;
    const answered = await answer(here.url, tokens[at]!, parameters);
    const logged = logLines.join('');
    expect(answered, JSON.stringify(parameters)).toBe(await answer(fresh.url, tokens[at]!, parameters));
    expect(logged).toContain('"msg":"request"');
    expect(logged).not.toMatch(/memberId|workspaceId|apiKeyId/);
  }
}

describe('nothing is told after', () => {
  test.each(Object.keys(endings))('%s', async (name) => {
    const victim = await aVictim();
    // One of them is asked everything; what shuts somebody out makes no difference to what he asked.
    const asked = name === 'sessions that were ended' ? requests : requests.slice(0, 2);
    const tokens = await Promise.all([...asked, null].map(() => session(victim)));
    await expectAsFresh(tokens, () => endings[name]!(victim));
  });

  test('a key that was revoked, or its owner suspended', async () => {
    for (const isOwnerSuspended of [false, true]) {
      const owner = await world.aMember({ roles: ['ADMIN'] });
      const keys = await Promise.all([...requests.slice(0, 2), null].map(() => key(owner)));
      await expectAsFresh(keys.map(({ token }) => token), () => (isOwnerSuspended
        ? endings['a member who was suspended']!(owner)
        : Promise.all(keys.map(({ id, version }) => fresh.as(world.owner).done('apiKeyRevoke', { id, version })))));
    }
  });

  test('a workspace that was deleted', async () => {
    const other = await world.another();
    const tokens = await Promise.all([...requests.slice(0, 2), null].map(() => session(other.owner, other)));
    const admin = new pg.Client({ connectionString: world.urls.admin });
    await admin.connect();
    await expectAsFresh(tokens, () => deleteWorkspace(admin, other.slug));
    await admin.end();
  });
});

describe('while the look-up waits', () => {
  const reading = { query: '{ deals { totalCount } }' };

  /** Sessions cannot be read until the transaction ends, and then this one is over. */
  async function whileLocked(token: string, meanwhile: () => Promise<void>): Promise<void> {
    await world.rows('begin');
    await world.rows('lock table session in access exclusive mode');
    await meanwhile();
    await world.rows(
      `delete from session where token_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')`, [token]);
    await world.rows('commit');
  }

  const answerOf = (status: number, message: string, code: string) => (
    { status, data: undefined, errors: [{ message, extensions: { code } }] });
  const failed = answerOf(500, 'Unexpected error.', 'INTERNAL_SERVER_ERROR');
  /** On a connection that was not made yet. */
  const overloaded = answerOf(503, 'There is too much going on. Try again in a moment.', 'OVERLOADED');

  async function remembered(): Promise<string> {
    const token = await session(world.owner);
    for (let time = 0; time < 2; time += 1) expect(await answer(here.url, token, reading)).toContain('"totalCount":3');
    logLines.length = 0;
    return token;
  }

  test('and its statement is ended, nothing is told to who was shut out then', async () => {
    const token = await remembered();
    let asked: Promise<string> | undefined;
    await whileLocked(token, async () => {
      asked = answer(here.url, token, reading);
      await world.someoneWaits();
      // As PostgreSQL ends what takes too long.
      await world.rows(`select pg_cancel_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      await world.someoneWaits();
    });
    expect(await asked).toBe(await answer(fresh.url, token, reading));
    expect(logLines.join('')).not.toContain('memberId');
  });

  test('and its client goes, the log names nobody who was shut out then', async () => {
    const token = await remembered();
    const leaving = new AbortController();
    await whileLocked(token, async () => {
      const asked = clientOf(here.url).send({
        method: 'POST', signal: leaving.signal, body: JSON.stringify(reading),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      }).catch(() => 'gone');
      await world.someoneWaits();
      leaving.abort();
      expect(await asked).toBe('gone');
      // Nor is he looked up any more, which would wait for five seconds.
      const left = performance.now();
      while (logLines.length === 0) await sleep(5);
      expect(performance.now() - left).toBeLessThan(4_000);
    });
    expect(logLines.join('')).toContain('"status":499');
    expect(logLines.join('')).not.toContain('memberId');
  });

  test('in vain, no request is answered with more than that it failed', async () => {
    const tokens = await Promise.all(requests.map(async () => remembered()));
    const signature = 'function principal_of_session(text, text, text, uuid[])';
    const may = (verb: string) => world.rows(
      `set role gatehouse_identity; ${verb} gatehouse_app; set role gatehouse_owner`);
    await may(`revoke execute on ${signature} from`);
    const answers = await Promise.all(requests.map(async (each, at) => (
      clientOf(here.url).post(each, { authorization: `Bearer ${tokens[at]}` }))));
    await may(`grant execute on ${signature} to`);
    for (const { status, data, errors, headers } of answers) {
      expect(headers.get('content-type')).toContain('application/json');
      expect({ status, data, errors }).toEqual(status === 503 ? overloaded : failed);
    }
  });
});

describe('headers', () => {
  let server: TestServer;
  beforeAll(async () => { server = await startServer({ schema: probeSchema().schema }); });
  afterAll(() => server.close());

  test('that were set for who was taken for the one who asks are not sent', async () => {
    const token = await server.aToken();
    const asked = async () => {
      const { headers } = await server.post(
        { query: '{ text(value: "a read") header }' }, { authorization: `Bearer ${token}` });
      return headers.get('x-member');
    };
    const member = await asked();
    expect(member).toMatch(/^[0-9a-f-]{36}$/);
    expect(await asked()).toBe(member);
    await takeSessions(server.database, { token });
    expect(await asked()).toBe('nobody');
  });
});
