import { afterAll, beforeAll, expect, test } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { requestPasswordReset } from '../../src/services/identity/reset-password.ts';
import { setPassword } from '../../src/services/identity/set-password.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { mailsTo } from './identity-mails.ts';
import { compareTimes } from './timing.ts';
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

const accepted = { ok: true, value: null };
const ask = (email: string) => requestPasswordReset(world.services, email, nowhere);
const use = (token: string, chosen: string, database = world.database) =>
  setPassword({ ...world.services, database }, { token, password: chosen }, { ...nowhere, userAgent: 'curl/8.0' });
const mayWith = async (email: string, chosen = password) =>
  (await signIn(world.services, { email, password: chosen, userAgent: null })).ok;
async function aLink(email: string): Promise<string> {
  expect(await ask(email)).toEqual(accepted);
  return (await mailsTo(world, email)).at(-1)!.token!;
}

test('a reset sends a link to whoever has an account; the old password works until the new one is set', async () => {
  const { email } = await world.aWorkspace();
  const session = await world.signedIn(email);
  expect(await ask(email.toUpperCase())).toEqual(accepted);
  const [mail] = await mailsTo(world, email);
  expect(mail).toMatchObject({ template: 'reset-password', path: '/reset-password' });
  expect(await mayWith(email)).toBe(true);
  expect((await world.whoIs(session)).principal).not.toBeNull();

  expect(await use(mail!.token!, 'the new password of mine')).toMatchObject({ ok: true });
  expect((await world.whoIs(session)).principal).toBeNull();
  expect(await mayWith(email)).toBe(false);
  expect(await mayWith(email, 'the new password of mine')).toBe(true);
  expect((await mailsTo(world, email)).at(-1)).toMatchObject(
    { template: 'password-changed', variables: { device: 'curl' } });
});

test('an address without an account gets no mail, and the answer is the same', async () => {
  expect(await ask('nobody@example.com')).toEqual(accepted);
  expect(await mailsTo(world, 'nobody@example.com')).toEqual([]);
});

test('of fifty who use a link at once over two servers, one succeeds, and his is the password', async () => {
  const { email } = await world.aWorkspace();
  const token = await aLink(email);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, at) =>
    use(token, `password number ${at}`, at % 2 ? world.database : secondServer)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await mayWith(email, `password number ${answers.findIndex(({ ok }) => ok)}`)).toBe(true);
  expect((await mailsTo(world, email)).filter(({ template }) => template === 'password-changed')).toHaveLength(1);
});

test('a link of one person sets nobody else\'s password, and a new link ends the one before', async () => {
  const [one, other] = [await world.aWorkspace(), await world.aWorkspace()];
  const first = await aLink(one.email);
  const second = await aLink(one.email);
  expect(await use(first, 'the new password of mine')).toMatchObject({
    ok: false, userErrors: [{ code: 'NOT_FOUND' }],
  });
  expect(await use(second, 'the new password of mine')).toMatchObject({ ok: true });
  expect(await mayWith(other.email)).toBe(true);
  expect(await mayWith(other.email, 'the new password of mine')).toBe(false);
});

test('the new password may be neither common, nor the address, nor the name of one\'s workspace', async () => {
  const { email, slug } = await world.aWorkspace({ slug: 'analytical-engine-works', name: 'Analytical Engine Works' });
  const token = await aLink(email);
  for (const poor of ['qwertyuiopasdfghjkl', `${email} 1`, 'Analytical Engine Works', `${slug}1`]) {
    expect(await use(token, poor), poor).toMatchObject(
      { ok: false, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'password'] }] });
  }
  expect(await use(token, 'nothing of the sort at all')).toMatchObject({ ok: true });
});

test('one address gets five mails an hour', async () => {
  const { email } = await world.aWorkspace();
  for (let round = 0; round < 7; round += 1) expect(await ask(email)).toEqual(accepted);
  expect(await mailsTo(world, email)).toHaveLength(5);
});

test('a reset takes as long for an unknown address as for a known one, also when it has had its five mails', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => world.aWorkspace()));
  const { email: exhausted } = await world.aWorkspace();
  for (let at = 0; at < 5; at += 1) await ask(exhausted);
  const times = await compareTimes(8, {
    unknown: (round) => ask(`nobody${round}@example.com`),
    known: (round) => ask(people[round % 10]!.email),
    exhausted: () => ask(exhausted),
  });
  for (const [kind, { low }] of Object.entries(times)) {
    expect(low / times.unknown!.low, kind).toBeGreaterThan(0.8);
    expect(low / times.unknown!.low, kind).toBeLessThan(1.25);
  }
});
