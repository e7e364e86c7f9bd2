import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticate } from '../../src/auth/authenticate.ts';
import { endedSessionCookie, sessionCookie, takeSessions } from '../../src/auth/session.ts';
import { hashToken } from '../../src/auth/tokens.ts';
import { principalOfSession } from '../../src/db/identity.ts';
import { expireSessions } from '../../src/services/identity/expire-sessions.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { signOut } from '../../src/services/identity/sign-out.ts';
import { type IdentityWorld, nowhere, openIdentityWorld, password } from './identity-world.ts';

let world: IdentityWorld;
beforeAll(async () => {
  world = await openIdentityWorld();
});
afterAll(() => world.close());

const backDate = (token: string, expiresIn: string) => world.asOwner(
  `update session set expires_at = now() + $2::interval where token_hash = $1`, [hashToken(token), expiresIn]);
/** As if nobody had used it for so long. */
const rest = (token: string, interval: string) => world.asOwner(
  `update session set last_seen_at = last_seen_at - $2::interval, expires_at = expires_at - $2::interval
     where token_hash = $1`, [hashToken(token), interval]);
const grow = (token: string, interval: string) => world.asOwner(
  `update session set created_at = created_at - $2::interval where token_hash = $1`, [hashToken(token), interval]);
const sessionRow = async (token: string) => (await world.asOwner(
  `select *, expires_at - now() > interval '29 days' as is_full from session where token_hash = $1`,
  [hashToken(token)]))[0];

test('a session says who is signed in, in one statement', async () => {
  const { email, workspaceId, ownerMemberId, ownerUserId } = await world.aWorkspace();
  const token = await world.signedIn(email);
  const before = world.database.statementCount;
  const { principal, ...rest } = await world.whoIs(token);
  expect(world.database.statementCount - before).toBe(1);
  expect(principal).toMatchObject({
    kind: 'member', door: 'API', memberId: ownerMemberId, userId: ownerUserId, workspace: { id: workspaceId },
  });
  expect(rest).toEqual({ credentials: 'bearer', sessionToken: token, newCookie: null });
});

test('what is no token of ours costs no statement, and signs nobody in', async () => {
  const before = world.database.statementCount;
  for (const token of ['', 'x', 'A'.repeat(40), `${'a'.repeat(40)}'`, 'a'.repeat(100_000)]) {
    expect((await world.whoIs(token)).principal).toBeNull();
  }
  expect(world.database.statementCount).toBe(before);
});

test('an unknown token signs nobody in', async () => {
  expect(await world.whoIs('a'.repeat(40))).toMatchObject({ principal: null, credentials: 'bearer' });
});

test('the database keeps neither session tokens, nor link tokens, nor passwords', async () => {
  const secretPassword = 'a secret of mine 4711';
  const pending = await world.aWorkspace({ owner: { email: 'pending@example.com' } });
  const { email, workspaceId } = await world.aWorkspace(
    { owner: { email: 'dumped@example.com', password: secretPassword } });
  const token = await world.signedIn(email, { password: secretPassword });
  const secrets = [token, pending.passwordToken!, secretPassword];
  const tables = await world.asOwner(
    `select table_name as name from information_schema.tables where table_schema = 'gatehouse'`);
  let dump = '';
  for (const { name } of tables) {
    const rows = await world.asOwner(`select t::text as row from "${name}" t`, [], workspaceId);
    dump += rows.map(({ row }) => row).join('\n');
  }
  expect(dump).toContain(hashToken(token));
  expect(dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  for (const secret of secrets) {
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
      expect(dump).not.toContain(Buffer.from(secret).toString(encoding));
    }
  }
});

test('an expired session is over', async () => {
  const { email } = await world.aWorkspace();
  const token = await world.signedIn(email);
  await backDate(token, '-1 second');
  expect((await world.whoIs(token)).principal).toBeNull();
  // The database says so by itself, whatever the library above it thinks of the time.
  expect(await principalOfSession(world.database, hashToken(token), null)).toBeNull();
});

test('a session that is used is extended and seen, once a minute, in the same statement; its cookie is sent again', async () => {
  const { email, workspaceId, ownerMemberId } = await world.aWorkspace();
  const token = await world.signedIn(email, { ipAddress: '192.0.2.1' });
  await rest(token, '14 days');
  await world.asOwner('update member set last_seen_at = null where id = $1', [ownerMemberId], workspaceId);
  const headers = new Headers({ cookie: `other=1; gatehouse=${token}` });
  const before = world.database.statementCount;
  const first = await authenticate(world.database, headers, false);
  expect(world.database.statementCount - before).toBe(1);
  expect(first).toMatchObject({ credentials: 'cookie', sessionToken: token });
  expect(first.principal).not.toBeNull();
  expect(first.newCookie).toContain(`gatehouse=${token}`);
  expect(await sessionRow(token)).toMatchObject({ is_full: true });
  expect(await world.asOwner(
    `select last_seen_at > now() - interval '1 minute' as is_seen from member where id = $1`, [ownerMemberId],
    workspaceId)).toEqual([{ is_seen: true }]);
  expect((await authenticate(world.database, headers, false)).newCookie).toBeNull();
});

test('a session ends when it was not used for as long as the workspace says, and at the age that it says', async () => {
  const { email, workspaceId } = await world.aWorkspace();
  const [resting, old, fine] = [await world.signedIn(email), await world.signedIn(email), await world.signedIn(email)];
  await rest(resting, '30 days 1 second');
  await grow(old, '90 days 1 second');
  await grow(fine, '89 days');
  await rest(fine, '29 days');
  for (const token of [resting, old]) expect((await world.whoIs(token)).principal).toBeNull();
  expect((await world.whoIs(fine)).principal).not.toBeNull();
  // Extended, but not past its age.
  expect(await world.asOwner(
    `select expires_at <= created_at + interval '90 days' as is_within from session where token_hash = $1`,
    [hashToken(fine)])).toEqual([{ is_within: true }]);

  // Stricter settings hold at once.
  const [one, other] = [await world.signedIn(email), await world.signedIn(email)];
  await rest(one, '11 minutes');
  await rest(other, '9 minutes');
  await world.asOwner('update workspace set session_idle_minutes = 10, session_lifetime_minutes = 60', [], workspaceId);
  expect((await world.whoIs(one)).principal).toBeNull();
  expect((await world.whoIs(other)).principal).not.toBeNull();
  await grow(other, '61 minutes');
  expect((await world.whoIs(other)).principal).toBeNull();
});

test('two sessions of one person are two, and signing out ends one of them', async () => {
  const { email } = await world.aWorkspace();
  const [office, phone] = [await world.signedIn(email), await world.signedIn(email)];
  await signOut(world.services, office, nowhere);
  expect((await world.whoIs(office)).principal).toBeNull();
  expect((await world.whoIs(phone)).principal).not.toBeNull();
  await signOut(world.services, office, nowhere);
});

test('all sessions of a person can be ended at once, and nobody else\'s', async () => {
  const [one, other] = [await world.aWorkspace(), await world.aWorkspace()];
  const tokens = [await world.signedIn(one.email), await world.signedIn(one.email)];
  const others = await world.signedIn(other.email);
  await takeSessions(world.database, { userId: one.ownerUserId });
  for (const token of tokens) expect((await world.whoIs(token)).principal).toBeNull();
  expect((await world.whoIs(others)).principal).not.toBeNull();
});

test('of many sign-ins at once by one browser each succeeds, and the session before has ended', async () => {
  const { email } = await world.aWorkspace();
  const before = await world.signedIn(email);
  const answers = await Promise.all(Array.from({ length: 8 }, () =>
    signIn(world.services, { email, password, userAgent: null, replacedToken: before })));
  expect(answers.map(({ ok }) => ok)).toEqual(Array(8).fill(true));
  expect((await world.whoIs(before)).principal).toBeNull();
});

test('signing in ends the session that the browser had before, and never takes its token over', async () => {
  const { email } = await world.aWorkspace();
  const planted = await world.signedIn(email);
  const answer = await signIn(world.services, { email, password, userAgent: null, replacedToken: planted });
  expect(answer.ok && answer.value.token).not.toBe(planted);
  expect((await world.whoIs(planted)).principal).toBeNull();
});

test('a sign-in that fails ends nothing', async () => {
  const { email } = await world.aWorkspace();
  const token = await world.signedIn(email);
  await signIn(world.services, { email, password: 'wrong wrong wrong', userAgent: null, replacedToken: token });
  expect((await world.whoIs(token)).principal).not.toBeNull();
});

test('a session keeps its workspace and the beginning of its user agent', async () => {
  const { email, workspaceId } = await world.aWorkspace();
  const token = await world.signedIn(email, { userAgent: 'A'.repeat(5_000) });
  expect(await sessionRow(token)).toMatchObject({ workspace_id: workspaceId, user_agent: 'A'.repeat(500) });
});

test('sessions that are over are cleared away and logged once, with where they were used last', async () => {
  const { email, workspaceId, ownerMemberId } = await world.aWorkspace();
  const strict = await world.aWorkspace();
  const [old, live, idle] = [
    await world.signedIn(email, { ipAddress: '192.0.2.9' }), await world.signedIn(email),
    await world.signedIn(strict.email),
  ];
  await backDate(old, '-1 second');
  await grow(idle, '2 hours');
  await world.asOwner(
    'update workspace set session_idle_minutes = 60, session_lifetime_minutes = 60', [], strict.workspaceId);
  // A new session takes none away: that would be one that nobody hears of.
  await world.signedIn(email);
  const { signal } = new AbortController();
  await Promise.all([1, 2, 3].map(() => expireSessions(world.services, signal)));
  expect([await sessionRow(old), await sessionRow(idle)]).toEqual([undefined, undefined]);
  expect(await sessionRow(live)).toBeDefined();
  expect(await world.asOwner(
    `select member_id, subject_id, ip_address, user_agent from security_event where type = 'session_expired'
       and workspace_id = $1`, [workspaceId], workspaceId)).toEqual([
    { member_id: null, subject_id: ownerMemberId, ip_address: '192.0.2.9', user_agent: 'Test' },
  ]);
  expect(await world.asOwner(
    `select from security_event where type = 'session_expired' and workspace_id = $1`, [strict.workspaceId],
    strict.workspaceId))
    .toHaveLength(1);
});

test('a bearer token goes before a cookie, also when it is worth nothing', async () => {
  const { email } = await world.aWorkspace();
  const token = await world.signedIn(email);
  const headers = new Headers({ cookie: `gatehouse=${token}`, authorization: `Bearer ${'a'.repeat(40)}` });
  expect(await authenticate(world.database, headers, false)).toMatchObject({ principal: null, credentials: 'bearer' });
});

test('the scheme of a bearer token is read in any case, and other schemes are not ours', async () => {
  const { email } = await world.aWorkspace();
  const token = await world.signedIn(email);
  const by = (authorization: string) => authenticate(world.database, new Headers({ authorization }), false);
  expect((await by(`bearer ${token}`)).principal).not.toBeNull();
  expect(await by(`Basic ${token}`)).toMatchObject({ principal: null, credentials: 'none' });
});

test('behind https the cookie is bound to its host; in development it does without', () => {
  const token = 'a'.repeat(40);
  const attributes = (cookie: string) => cookie.split('; ').sort();
  expect(attributes(sessionCookie(token, true))).toEqual(
    ['HttpOnly', 'Max-Age=31536000', 'Path=/', 'SameSite=Lax', 'Secure', `__Host-gatehouse=${token}`]);
  expect(attributes(sessionCookie(token, false))).toEqual(
    ['HttpOnly', 'Max-Age=31536000', 'Path=/', 'SameSite=Lax', `gatehouse=${token}`]);
  expect(attributes(endedSessionCookie(true))).toEqual(
    ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax', 'Secure', '__Host-gatehouse=']);
});

test('behind https a cookie without the prefix is not believed', async () => {
  const { email } = await world.aWorkspace();
  const token = await world.signedIn(email);
  expect(await authenticate(world.database, new Headers({ cookie: `gatehouse=${token}` }), true))
    .toMatchObject({ principal: null, credentials: 'none' });
});
