import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needsRehash } from '../../src/auth/password.ts';
import { createUser } from '../../src/services/identity/create-user.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { compareTimes } from './timing.ts';
import { type IdentityWorld, openIdentityWorld, password } from './identity-world.ts';

let world: IdentityWorld;
beforeAll(async () => {
  world = await openIdentityWorld();
});
afterAll(() => world.close());

const attempt = (email: string, given: string, workspace?: string) =>
  signIn(world.services, { email, password: given, workspace, userAgent: null });
const refusal = {
  ok: false,
  userErrors: [{ code: 'INVALID_CREDENTIALS', message: 'The e-mail address or the password is wrong.', path: [] }],
};

test('whoever has the right password is signed in, however the address is written', async () => {
  const { email } = await world.aWorkspace({ owner: { email: 'ada@example.com', password } });
  for (const written of [email, ' ADA@Example.COM ', 'Ada@example.com\n']) {
    expect(await attempt(written, password)).toMatchObject({ ok: true });
  }
});

test('every reason to refuse has the same answer', async () => {
  const { email, slug } = await world.aWorkspace();
  const foreign = await world.aWorkspace();
  const pending = await world.aWorkspace({ owner: { email: 'without-password@example.com' } });
  await createUser(world.database, world.services.newId, { email: 'homeless@example.com', password });
  expect(await attempt('nobody@example.com', password)).toEqual(refusal);
  expect(await attempt('no address', password)).toEqual(refusal);
  expect(await attempt('nul\0@example.com', password)).toEqual(refusal);
  expect(await attempt(email, 'wrong wrong wrong')).toEqual(refusal);
  expect(await attempt(email, '')).toEqual(refusal);
  expect(await attempt(email, `${password} `)).toEqual(refusal);
  expect(await attempt(email, 'x'.repeat(1_000_000))).toEqual(refusal);
  expect(await attempt(pending.email, password)).toEqual(refusal);
  expect(await attempt('homeless@example.com', password)).toEqual(refusal);
  expect(await attempt(email, password, foreign.slug)).toEqual(refusal);
  expect(await attempt(email, password, 'no-such-workspace')).toEqual(refusal);
  expect(await attempt(email, password, slug)).toMatchObject({ ok: true });
});

test('whatever a sign-in is refused for, it takes the same time', async () => {
  const { email: locked } = await world.aWorkspace();
  for (let at = 0; at < 10; at += 1) await attempt(locked, 'wrong wrong wrong');
  const { email: withoutPassword } = await world.aWorkspace({ owner: { email: 'slow@example.com' } });
  const known = await Promise.all(Array.from({ length: 3 }, () => world.aWorkspace()));
  const wrong = (email: string) => attempt(email, 'wrong wrong wrong');
  const times = await compareTimes(12, {
    unknown: (round) => wrong(`nobody${round}@example.com`),
    known: (round) => wrong(known[round % 3]!.email),
    withoutPassword: () => wrong(withoutPassword),
    locked: () => wrong(locked),
  });
  // Without the even points in time unknown and locked ones would take a fifth; on a busy machine an answer may be
  // late.
  for (const [kind, { low }] of Object.entries(times)) {
    expect(low / times.unknown!.low, kind).toBeGreaterThan(0.8);
    expect(low / times.unknown!.low, kind).toBeLessThan(1.25);
  }
});

test('the workspace is the one that was asked for, otherwise the first by name', async () => {
  const email = 'both@example.com';
  const zebra = await world.aWorkspace({ slug: 'a-zebra', name: 'zebra', owner: { email, password } });
  const ape = await world.aWorkspace({ slug: 'z-ape', name: 'Ape', owner: { email } });
  const workspaceOf = async (slug?: string) => {
    const answer = await attempt(email, password, slug);
    return answer.ok && answer.value.principal.workspace.id;
  };
  expect(await workspaceOf()).toBe(ape.workspaceId);
  expect(await workspaceOf('a-zebra')).toBe(zebra.workspaceId);
  expect(await workspaceOf(' A-Zebra ')).toBe(zebra.workspaceId);
});

test('a removed member is refused in that workspace and goes on in the other', async () => {
  const email = 'leaver@example.com';
  const left = await world.aWorkspace({ name: 'AAA', owner: { email, password } });
  const stayed = await world.aWorkspace({ name: 'BBB', owner: { email } });
  await world.database.transaction(left.workspaceId, (tx) => tx.member.updateMany({ data: { isActive: false } }));
  expect(await attempt(email, password, left.slug)).toEqual(refusal);
  expect(await attempt(email, password)).toMatchObject(
    { ok: true, value: { principal: { workspace: { id: stayed.workspaceId } } } });
});

test('a hash with weaker parameters is replaced at the next sign-in, and works before and after', async () => {
  const { email, ownerUserId } = await world.aWorkspace();
  const weak = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await world.asOwner(`update "user" set password_hash = $2 where id = $1`, [ownerUserId, weak]);
  const stored = async () =>
    (await world.asOwner(`select password_hash from "user" where id = $1`, [ownerUserId]))[0]!.password_hash!;
  expect(await attempt(email, 'wrong wrong wrong')).toEqual(refusal);
  expect(await stored()).toBe(weak);
  expect(await attempt(email, password)).toMatchObject({ ok: true });
  expect(needsRehash(await stored())).toBe(false);
  expect(await attempt(email, password)).toMatchObject({ ok: true });
});
