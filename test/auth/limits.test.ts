import { afterAll, beforeAll, expect, test } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { takeTry } from '../../src/db/limits.ts';
import { ThrottledError, networkOf } from '../../src/services/identity/limits.ts';
import { requestPasswordReset } from '../../src/services/identity/reset-password.ts';
import { setPassword } from '../../src/services/identity/set-password.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { mailsTo } from './identity-mails.ts';
import { type IdentityWorld, nowhere, openIdentityWorld, password } from './identity-world.ts';

let world: IdentityWorld;
let secondServer: Database;
beforeAll(async () => {
  world = await openIdentityWorld();
  secondServer = new Database({ url: world.url, pooling: 'session', poolSize: 10, onConnectionError: () => {} });
});
afterAll(async () => {
  await secondServer.close();
  await world.close();
});

const refusal = { ok: false, userErrors: [{ code: 'INVALID_CREDENTIALS' }] };
const attempt = (email: string, given: string, ipAddress: string | null = null, database = world.database) =>
  signIn({ ...world.services, database }, { email, password: given, userAgent: null, ipAddress });
const keyOf = (email: string) => `'sign-in ' || encode(sha256(convert_to('${email}', 'UTF8')), 'hex')`;
const triesOf = async (email: string) => Number((await world.asOwner(
  `select count from rate_limit where key = ${keyOf(email)}`))[0]?.count ?? 0);
const minutesPass = (email: string, minutes: number) => world.asOwner(
  `update rate_limit set free_at = free_at - $1 * interval '1 minute' where key ^@ (${keyOf(email)})`, [minutes]);

test('of a thousand wrong passwords from two hundred addresses ten are looked at; the right one waits too', async () => {
  const { email } = await world.aWorkspace();
  const session = await world.signedIn(email);
  for (let round = 0; round < 10; round += 1) {
    const wrong = Array.from({ length: 100 }, (_, at) =>
      attempt(email, `wrong password ${round} ${at}`, `203.0.113.${(round * 100 + at) % 200}`));
    for (const answer of await Promise.all(wrong)) expect(answer).toMatchObject(refusal);
  }
  expect(await triesOf(email)).toBe(10);
  expect(await attempt(email, password, '198.51.100.1')).toMatchObject(refusal);
  // Who is signed in stays so.
  expect((await world.whoIs(session)).principal).not.toBeNull();
});

test('after ten tries in a row the next comes after a minute, then two, four, eight, and never later than fifteen', async () => {
  const { email } = await world.aWorkspace();
  for (let at = 0; at < 10; at += 1) await attempt(email, 'wrong wrong wrong');
  for (const minutes of [1, 2, 4, 8, 15, 15]) {
    const before = await triesOf(email);
    await minutesPass(email, minutes - 0.1);
    await attempt(email, 'wrong wrong wrong');
    expect(await triesOf(email)).toBe(before);
    await minutesPass(email, 0.1);
    await attempt(email, 'wrong wrong wrong');
    expect(await triesOf(email)).toBe(before + 1);
  }
  await minutesPass(email, 15);
  expect(await attempt(email, password)).toMatchObject({ ok: true });
  expect(await triesOf(email)).toBe(0);
});

test('of tries at the same moment none is refused that is left, whoever looked at the clock first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const key = `password of ${round}`;
    const tries = await Promise.all(Array.from({ length: 30 }, (_, at) =>
      takeTry(at % 2 ? world.database : secondServer, key)));
    expect(tries.filter((each) => each !== null).sort((left, right) => left - right))
      .toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
});

test('a hundred wrong in a row are the end, until the mailbox has shown that it is its owner', async () => {
  const { email } = await world.aWorkspace();
  await attempt(email, 'wrong wrong wrong');
  await world.asOwner(`update rate_limit set count = 99, free_at = now() where key = ${keyOf(email)}`);
  await attempt(email, 'wrong wrong wrong');
  await minutesPass(email, 1_000);
  expect(await attempt(email, password)).toMatchObject(refusal);
  await requestPasswordReset(world.services, email, nowhere);
  const { token } = (await mailsTo(world, email)).at(-1)!;
  expect(await setPassword(world.services, { token: token!, password: 'the new password of mine' }, nowhere))
    .toMatchObject({ ok: true });
  expect(await attempt(email, 'the new password of mine')).toMatchObject({ ok: true });
});

test('whoever guesses from elsewhere locks nobody out at home', async () => {
  const { email } = await world.aWorkspace();
  expect(await attempt(email, password, '192.0.2.7')).toMatchObject({ ok: true });
  for (let at = 0; at < 12; at += 1) await attempt(email, 'wrong wrong wrong', '203.0.113.9');
  expect(await attempt(email, password, '203.0.113.9')).toMatchObject(refusal);
  expect(await attempt(email, password, '192.0.2.7')).toMatchObject({ ok: true });
});

test('of two hundred at once over two servers exactly as many are looked at as there are tries left', async () => {
  const { email, workspaceId } = await world.aWorkspace();
  await attempt(email, 'wrong wrong wrong');
  await world.asOwner(`update rate_limit set count = 5 where key = ${keyOf(email)}`);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, at) =>
    attempt(email, 'wrong wrong wrong', null, at % 2 ? world.database : secondServer)));
  expect(answers.every(({ ok }) => !ok)).toBe(true);
  expect(await triesOf(email)).toBe(10);
  // Each that was looked at is in the log, and no other; and so is the first, from before.
  expect(await world.asOwner(
    `select count(*)::text from security_event where type = 'authn_login_fail' and workspace_id = $1`, [workspaceId],
    workspaceId)).toEqual([{ count: '6' }]);
});

test('a network that fails too often is told to wait; others, and what succeeds, are not counted', async () => {
  const { email } = await world.aWorkspace();
  const services = { ...world.services, attemptsPerNetwork: 5 };
  const from = (ipAddress: string, given: string, address = email) =>
    signIn(services, { email: address, password: given, userAgent: null, ipAddress });
  for (let at = 0; at < 8; at += 1) expect(await from('198.51.100.7', password)).toMatchObject({ ok: true });
  const tries = Array.from({ length: 20 }, (_, at) => from('198.51.100.7', 'wrong wrong wrong', `n${at}@example.com`)
    .then(() => 'looked at', (error: unknown) => (error instanceof ThrottledError ? 'throttled' : error)));
  expect((await Promise.all(tries)).filter((each) => each === 'throttled')).toHaveLength(15);
  await expect(from('198.51.100.7', password)).rejects.toMatchObject({ retryAfterSeconds: expect.any(Number) });
  expect(await from('198.51.100.8', password)).toMatchObject({ ok: true });
  await world.asOwner(
    `update rate_limit set expires_at = now() - interval '1 second' where key = 'sign-ins from 198.51.100.7'`);
  expect(await from('198.51.100.7', password)).toMatchObject({ ok: true });
});

test('a network is an IPv4 address, or the first half of an IPv6 address', () => {
  expect(networkOf({ ipAddress: '192.0.2.7' })).toBe('192.0.2.7');
  for (const ipAddress of ['2001:db8:1:2::7', '2001:db8:1:2:3:4:5:6']) {
    expect(networkOf({ ipAddress })).toBe('2001:db8:1:2::/64');
  }
  expect(networkOf({ ipAddress: '2001:db8::1' })).toBe('2001:db8:0:0::/64');
  expect(networkOf({ ipAddress: '::1' })).toBe('0:0:0:0::/64');
  expect(networkOf({ ipAddress: null })).toBeNull();
});
