import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { Database } from '../../src/db/database.ts';
import { readEnv } from '../../src/env.ts';
import { type Listening, listen } from '../../src/http/listen.ts';
import { createLog } from '../../src/http/logging.ts';
import { schema } from '../../src/schema/index.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { mailsTo } from '../auth/identity-mails.ts';
import { type Answer, type TestServer, clientOf, codes, startServer } from './http-server.ts';
import { mutationOf } from '../support/mutation-of.ts';

let server: TestServer;
/** Another server on the same database. */
let second: Listening;
let secondDatabase: Database;
let tables: pg.Client;
beforeAll(async () => {
  server = await startServer({ schema });
  const env = readEnv({ DATABASE_URL: server.databaseUrl, ATTEMPTS_PER_NETWORK: '5' });
  secondDatabase = new Database({
    url: server.databaseUrl, pooling: 'session', poolSize: 5, onConnectionError: () => {},
  });
  const services = { ...server.services, database: secondDatabase, attemptsPerNetwork: env.attemptsPerNetwork };
  const log = createLog(env, { write: (line) => { server.logLines.push(line); } });
  second = await listen(
    createApp({ env, services, schema, log }), { port: 0, host: '127.0.0.1', noticeMilliseconds: 0 });
  tables = new pg.Client({ connectionString: server.adminUrl });
  await tables.connect();
  await tables.query('set role gatehouse_owner; set search_path = gatehouse');
});
afterAll(async () => {
  await second.close();
  await secondDatabase.close();
  await tables.end();
  await server.close();
});

const password = 'correct horse battery';
const next = 'another horse, another battery';
async function asOwner(text: string, values: unknown[] = [], workspaceId = '') {
  await tables.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
  return (await tables.query<Record<string, string | null>>(text, values)).rows;
}
const lastToken = async (address: string) =>
  (await mailsTo({ asOwner, services: server.services as never }, address)).findLast(({ token }) => token)!.token!;

let count = 0;
async function aPerson(): Promise<string> {
  count += 1;
  const email = `person${count}@accounts.example`;
  const made = await createWorkspace(server.services, { slug: `accounts-${count}`, owner: { email, password } });
  expect(made.ok).toBe(true);
  return email;
}

/** Sends a mutation about accounts with its input, asking for everything. */
function mutate(name: string, input: object, headers: Record<string, string> = {}, client = clientOf(server.url)) {
  const hasSession = ['signIn', 'confirmSignUp', 'changePassword', 'switchWorkspace'].includes(name);
  const query = mutationOf(
    name, `${hasSession ? 'token viewer { user { email } }' : ''} userErrors { code message path }`,
  );
  return client.post({ query, variables: { input } }, headers);
}
const cookieOf = ({ headers }: Answer) => headers.getSetCookie()[0]!.split(';')[0]!;
const browser = (cookie: string) => ({ cookie, 'x-gatehouse-csrf': '1', 'sec-fetch-site': 'same-origin' });
const whoAmI = async (headers: Record<string, string>, client = clientOf(server.url)) => {
  const { data } = await client.post({ query: '{ viewer { user { email } } }' }, headers);
  return (data as { viewer: { user: { email: string } } | null }).viewer?.user.email ?? null;
};

test('the whole life of an account, and nothing secret of it in the database or the log', async () => {
  const email = 'ada@accounts.example';
  const secrets: string[] = [password, next];
  await mutate('signUp', { email, workspaceName: 'Analytical Engines', name: 'Ada' });
  secrets.push(await lastToken(email));
  const confirmed = await mutate('confirmSignUp', { token: secrets.at(-1), password, transport: 'COOKIE' });
  expect(confirmed.data).toMatchObject({ confirmSignUp: { token: null, viewer: { user: { email } }, userErrors: [] } });
  expect(confirmed.headers.get('cache-control')).toBe('no-store');
  const first = cookieOf(confirmed);
  expect(await whoAmI(browser(first))).toBe(email);

  const signedIn = await mutate('signIn', { email, password });
  const { token } = signedIn.data!.signIn as { token: string };
  secrets.push(first.split('=')[1]!, token);
  const listed = await server.post(
    { query: '{ viewer { sessions { isCurrent device ipAddress lastSeenAt } workspaces { slug name } } }' },
    { authorization: `Bearer ${token}`, 'user-agent': 'curl/8' });
  expect(listed.data).toMatchObject({ viewer: {
    sessions: expect.arrayContaining([expect.objectContaining({ isCurrent: true, ipAddress: '127.0.0.1' })]),
    workspaces: [{ slug: 'analytical-engines' }],
  } });

  const changed = await mutate('changePassword', { currentPassword: password, newPassword: next }, browser(first));
  secrets.push(cookieOf(changed).split('=')[1]!);
  expect(await whoAmI(browser(first))).toBeNull();
  expect(await whoAmI({ authorization: `Bearer ${token}` })).toBeNull();
  expect(await whoAmI(browser(cookieOf(changed)))).toBe(email);

  await mutate('changeEmail', { newEmail: `new-${email}`, currentPassword: next }, browser(cookieOf(changed)));
  secrets.push(await lastToken(`new-${email}`));
  expect((await mutate('confirmEmail', { token: secrets.at(-1) })).data).toMatchObject({
    confirmEmail: { userErrors: [] },
  });
  await mutate('requestPasswordReset', { email: `new-${email}` });
  secrets.push(await lastToken(`new-${email}`));
  expect((await mutate('setPassword', { token: secrets.at(-1), password: 'and yet another password' })).data)
    .toMatchObject({ setPassword: { userErrors: [] } });
  secrets.push('and yet another password');

  let dump = server.logLines.join('\n');
  const workspaces = await asOwner(`select gatehouse.find_workspace_by_slug('analytical-engines') as id`);
  for (const workspaceId of [workspaces[0]!.id!, '00000000-0000-7000-8000-000000000000']) {
    for (const { name } of await asOwner(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
         where table_schema like 'gatehouse%' and table_type = 'BASE TABLE'`)) {
      dump += (await asOwner(`select t::text as row from ${name} t`, [], workspaceId)).map(({ row }) => row).join('\n');
    }
  }
  expect(dump).toContain(`new-${email}`);
  for (const secret of secrets) {
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
      expect(dump.includes(Buffer.from(secret).toString(encoding)), secret).toBe(false);
    }
  }
});

test('to the byte the same is said about addresses that have an account and those that have none', async () => {
  const email = await aPerson();
  const sameBytes = async (name: string, input: (address: string) => object) => {
    const texts = [];
    for (const address of [email, 'nobody@accounts.example', email, 'nobody@accounts.example']) {
      const { status, text, headers } = await mutate(name, input(address), { 'x-request-id': 'the-same-for-all' });
      texts.push(JSON.stringify([status, text, [...headers].filter(([header]) => header !== 'date')]));
    }
    expect(new Set(texts).size, `${name}: ${texts.join('\n')}`).toBe(1);
  };
  await sameBytes('signUp', (address) => ({ email: address, workspaceName: 'Any' }));
  await sameBytes('resendSignUp', (address) => ({ email: address }));
  await sameBytes('requestPasswordReset', (address) => ({ email: address }));
  await sameBytes('signIn', (address) => ({ email: address, password: 'wrong wrong wrong' }));
});

test('what ends a session ends it in the other server too, at its very next request', async () => {
  const email = await aPerson();
  const other = clientOf(second.url);
  const signIn = async () => browser(cookieOf(await mutate('signIn', { email, password, transport: 'COOKIE' })));
  const ends: ((headers: Record<string, string>) => Promise<unknown>)[] = [
    (headers) => server.post({ query: 'mutation { signOut { userErrors { code } } }' }, headers),
    (headers) => mutate('signOutEverywhere', {}, headers),
    async () => {
      await mutate('requestPasswordReset', { email });
      await mutate('setPassword', { token: await lastToken(email), password: next });
    },
  ];
  for (const end of ends) {
    const session = await signIn();
    expect(await whoAmI(session, other)).toBe(email);
    await end(session);
    expect(await whoAmI(session, other)).toBeNull();
  }
});

test('a session that somebody planted in a browser before is not the one that it has afterwards', async () => {
  const [email, thief] = [await aPerson(), await aPerson()];
  const planted = cookieOf(await mutate('signIn', { email: thief, password, transport: 'COOKIE' }));
  const answer = await mutate('signIn', { email, password, transport: 'COOKIE' }, browser(planted));
  expect(cookieOf(answer)).not.toBe(planted);
  expect(await whoAmI(browser(planted))).toBeNull();
  expect(await whoAmI(browser(cookieOf(answer)))).toBe(email);
});

test('fifteen sign-ins in one document are refused, and none is tried', async () => {
  const email = await aPerson();
  const all = Array.from({ length: 15 }, (_, at) =>
    `a${at}: signIn(input: { email: "${email}", password: "guess number ${at} of many" }) { token }`);
  expect(codes(await server.ask(`mutation { ${all.join(' ')} }`))).toContain('DOCUMENT_LIMIT_EXCEEDED');
  expect(await asOwner(
    `select from rate_limit where key = 'sign-in ' || encode(sha256(convert_to($1, 'UTF8')), 'hex')`,
    [email])).toEqual([]);
});

test('who is no trusted proxy stays one network, whatever he says his address is', async () => {
  const other = clientOf(second.url);
  const answers = [];
  for (let at = 0; at < 8; at += 1) {
    const spoofed = {
      'x-forwarded-for': `198.51.100.${at}`, forwarded: `for=198.51.100.${at}`, 'x-real-ip': `198.51.100.${at}`,
    };
    answers.push(
      await mutate('signIn', { email: `n${at}@accounts.example`, password: 'wrong wrong wrong' }, spoofed, other));
  }
  const throttled = answers.filter((answer) => codes(answer).includes('THROTTLED'));
  // Failures of the tests before count too: they come from the same network.
  expect(throttled.length).toBeGreaterThanOrEqual(3);
  expect(Number(throttled[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('one\'s own account is changed by oneself, signed in: not by nobody, and not with a made-up link', async () => {
  for (const [name, input] of Object.entries({
    changePassword: { currentPassword: password, newPassword: next }, signOutEverywhere: {},
    endSession: { id: 'session_00000000-0000-0000-0000-000000000000' }, switchWorkspace: { workspace: 'any' },
    changeEmail: { newEmail: 'a@b.example', currentPassword: password }, deleteAccount: { currentPassword: password },
  })) expect(codes(await mutate(name, input)), name).toEqual(['UNAUTHENTICATED']);
  for (const [name, input] of Object.entries({
    confirmSignUp: { token: 'A'.repeat(43), password }, setPassword: { token: 'A'.repeat(43), password },
    confirmEmail: { token: 'A'.repeat(43) },
  })) {
    const { data } = await mutate(name, input);
    expect(data, name).toMatchObject({ [name]: { userErrors: [{ code: 'NOT_FOUND', path: ['input', 'token'] }] } });
  }
});
