import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashToken } from '../../src/auth/tokens.ts';
import { issuePasswordLink } from '../../src/services/identity/password-link.ts';
import { findPasswordLink, setPassword } from '../../src/services/identity/set-password.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { type IdentityWorld, nowhere, openIdentityWorld, password } from './identity-world.ts';

let world: IdentityWorld;
beforeAll(async () => {
  world = await openIdentityWorld();
});
afterAll(() => world.close());

const noSuchLink = { ok: false, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'token'] }] };
const use = (token: string, chosen = password) => setPassword(world.services, { token, password: chosen }, nowhere);
const mayWith = async (email: string, chosen: string) =>
  (await signIn(world.services, { email, password: chosen, userAgent: null })).ok;

let count = 0;
async function aLink(): Promise<{ token: string; email: string; userId: string }> {
  count += 1;
  const email = `link${count}@example.com`;
  const { passwordToken, ownerUserId } = await world.aWorkspace({ owner: { email } });
  return { token: passwordToken!, email, userId: ownerUserId };
}

test('a link sets the password, once', async () => {
  const { token, email, userId } = await aLink();
  expect(await mayWith(email, password)).toBe(false);
  expect(await use(token)).toEqual({ ok: true, value: { userId } });
  expect(await mayWith(email, password)).toBe(true);
  expect(await use(token, 'another password of mine')).toMatchObject(noSuchLink);
  expect(await mayWith(email, password)).toBe(true);
});

test('of twenty who use a link at once, exactly one succeeds, and his is the password', async () => {
  const { token, email } = await aLink();
  const chosen = Array.from({ length: 20 }, (_, number) => `password number ${number}`);
  const answers = await Promise.all(chosen.map((each) => use(token, each)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  for (const answer of answers) if (!answer.ok) expect(answer).toMatchObject(noSuchLink);
  const winner = chosen[answers.findIndex(({ ok }) => ok)]!;
  // Not all of them: the account would have had too many that were wrong.
  for (const each of [...chosen.slice(0, 5), winner]) expect(await mayWith(email, each)).toBe(each === winner);
});

test('a link works for an hour', async () => {
  const { token } = await aLink();
  const [row] = await world.asOwner(
    `select expires_at - created_at between interval '59 minutes' and interval '61 minutes' as is_an_hour
       from one_time_token where token_hash = $1`, [hashToken(token)]);
  expect(row).toEqual({ is_an_hour: true });
  await world.asOwner(
    `update one_time_token set expires_at = now() - interval '1 second' where token_hash = $1`, [hashToken(token)]);
  expect(await findPasswordLink(world.database, token)).toBeNull();
  expect(await use(token)).toMatchObject(noSuchLink);
});

test('a new link takes the place of the one before', async () => {
  const { token, userId } = await aLink();
  const newer = await issuePasswordLink(world.database, world.services, userId);
  expect(await use(token)).toMatchObject(noSuchLink);
  expect(await use(newer)).toMatchObject({ ok: true });
});

test('made-up tokens do not work, whatever they look like', async () => {
  for (const token of ['', 'x', 'A'.repeat(43), '\0', 'é'.repeat(100_000)]) {
    expect(await use(token)).toMatchObject(noSuchLink);
  }
});

test('looking at a link uses nothing up, and says whose it is', async () => {
  const { token, email, userId } = await aLink();
  expect(await findPasswordLink(world.database, token)).toMatchObject({ email, userId });
  expect(await findPasswordLink(world.database, token)).toMatchObject({ email, userId });
  expect(await use(token)).toMatchObject({ ok: true });
  expect(await findPasswordLink(world.database, token)).toBeNull();
});

test('a password that will not do leaves the link as it is', async () => {
  const { token } = await aLink();
  expect(await use(token, 'too short')).toMatchObject(
    { ok: false, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'password'] }] });
  expect(await use(token)).toMatchObject({ ok: true });
});

test('a new password ends every session of the person, and nobody else\'s', async () => {
  const one = await world.aWorkspace();
  const other = await world.aWorkspace();
  const [token, others] = [await world.signedIn(one.email), await world.signedIn(other.email)];
  const link = await issuePasswordLink(world.database, world.services, one.ownerUserId);
  expect(await use(link, 'a new password of mine')).toMatchObject({ ok: true });
  expect((await world.whoIs(token)).principal).toBeNull();
  expect((await world.whoIs(others)).principal).not.toBeNull();
});
