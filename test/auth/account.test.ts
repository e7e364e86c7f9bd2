import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSessions } from '../../src/auth/session.ts';
import { Database } from '../../src/db/database.ts';
import { changeEmail, confirmEmail } from '../../src/services/identity/change-email.ts';
import { changePassword } from '../../src/services/identity/change-password.ts';
import { deleteAccount } from '../../src/services/identity/delete-account.ts';
import { requestPasswordReset } from '../../src/services/identity/reset-password.ts';
import { endSession, signOutEverywhere, switchWorkspace } from '../../src/services/identity/sessions.ts';
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

const next = 'the next password of mine';
const mayWith = async (email: string, chosen = password) =>
  (await signIn(world.services, { email, password: chosen, userAgent: null })).ok;
const isSignedIn = async (token: string) => (await world.whoIs(token)).principal !== null;
async function aPerson(email?: string) {
  const made = await world.aWorkspace(email ? { owner: { email, password } } : {});
  const token = await world.signedIn(made.email, {
    userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140.0', ipAddress: '192.0.2.1',
  });
  const { principal } = await world.whoIs(token);
  return { ...made, token, user: { userId: made.ownerUserId, principal: principal!, token } };
}
const loggedIn = (workspaceId: string) => world.asOwner(
  'select type, detail, ip_address from security_event order by id', [], workspaceId);

test('sessions are listed with device, place and when they were seen, and end one by one or all at once', async () => {
  const { email, token, user } = await aPerson();
  const phone = await world.signedIn(email, {
    userAgent: 'Mozilla/5.0 (iPhone) Safari/600', ipAddress: '198.51.100.2',
  });
  const program = await world.signedIn(email, { userAgent: 'curl/8.0' });
  const other = await aPerson();
  const listed = await listSessions(world.database, user.userId, token, new Date());
  expect(listed).toMatchObject([
    { isCurrent: false, userAgent: 'curl/8.0' }, { isCurrent: false, ipAddress: '198.51.100.2' },
    { isCurrent: true, ipAddress: '192.0.2.1', lastSeenAt: expect.any(Date) },
  ]);
  const phoneId = listed[1]!.id;
  expect(await endSession(world.services, other.user, phoneId, nowhere)).toMatchObject(
    { ok: false, userErrors: [{ code: 'NOT_FOUND' }] });
  expect(await isSignedIn(phone)).toBe(true);
  expect(await endSession(world.services, user, phoneId, nowhere)).toMatchObject({ ok: true });
  expect([await isSignedIn(phone), await isSignedIn(program), await isSignedIn(token)]).toEqual([false, true, true]);
  await signOutEverywhere(world.services, user, true, nowhere);
  expect([await isSignedIn(program), await isSignedIn(token)]).toEqual([false, true]);
  await signOutEverywhere(world.services, user, false, nowhere);
  expect([await isSignedIn(token), await isSignedIn(other.token)]).toEqual([false, true]);
});

test('a changed password ends all sessions, gives the one that asked a new secret, and is told by mail', async () => {
  const { email, token, user, workspaceId } = await aPerson();
  const elsewhere = await world.signedIn(email);
  const change = (currentPassword: string, newPassword: string) =>
    changePassword(world.services, user, { currentPassword, newPassword }, nowhere);
  expect(await change('wrong wrong wrong', next)).toMatchObject(
    { ok: false, userErrors: [{ code: 'INVALID_CREDENTIALS', path: ['input', 'currentPassword'] }] });
  for (const poor of [password, 'short', email, 'qwertyuiopasdfghjkl']) {
    expect(await change(password, poor)).toMatchObject(
      { ok: false, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'newPassword'] }] });
  }
  expect(await isSignedIn(token)).toBe(true);
  const answer = await change(password, next);
  expect(answer).toMatchObject({ ok: true });
  expect([await isSignedIn(token), await isSignedIn(elsewhere)]).toEqual([false, false]);
  expect(await isSignedIn(answer.ok ? answer.value.token : '')).toBe(true);
  expect([await mayWith(email), await mayWith(email, next)]).toEqual([false, true]);
  expect(await world.asOwner(`select template from mail where to_address = $1`, [email], workspaceId))
    .toEqual([{ template: 'password-changed' }]);
  expect((await loggedIn(workspaceId)).map(({ type }) => type)).toContain('authn_password_change');
});

test('whoever sits at an unlocked screen has ten guesses at the password, and signing in stays free', async () => {
  const { email, user } = await aPerson();
  const guess = (currentPassword: string) =>
    changePassword(world.services, user, { currentPassword, newPassword: next }, nowhere);
  await Promise.all(Array.from({ length: 15 }, () => guess('wrong wrong wrong')));
  expect(await guess(password)).toMatchObject({ ok: false });
  expect(await mayWith(email)).toBe(true);
});

test('of twenty changes of one password at once, one succeeds', async () => {
  const { user } = await aPerson();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => changePassword(
    { ...world.services, database: at % 2 ? world.database : secondServer }, user,
    { currentPassword: password, newPassword: `password number ${at}` }, nowhere)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

test('a new address is asked first; then both are told, sessions end, and links of the old mailbox are worth nothing', async () => {
  const { email, token, user } = await aPerson();
  const newEmail = 'new-address@example.com';
  expect(await changeEmail(
    world.services, user, { newEmail: 'New-Address@example.com', currentPassword: password }, nowhere))
    .toEqual({ ok: true, value: null });
  expect([await mayWith(email), await mayWith(newEmail)]).toEqual([true, false]);
  const [asked] = await mailsTo(world, newEmail);
  expect(asked).toMatchObject({ template: 'confirm-new-address', path: '/confirm-email' });
  await requestPasswordReset(world.services, email, nowhere);
  const reset = (await mailsTo(world, email)).at(-1)!.token!;

  const uses = await Promise.all(Array.from({ length: 50 }, (_, at) => confirmEmail(
    { ...world.services, database: at % 2 ? world.database : secondServer }, asked!.token!, nowhere)));
  expect(uses.filter(({ ok }) => ok)).toEqual([{ ok: true, value: { email: newEmail } }]);
  expect([await mayWith(email), await mayWith(newEmail)]).toEqual([false, true]);
  expect(await isSignedIn(token)).toBe(false);
  for (const address of [email, newEmail]) {
    expect((await mailsTo(world, address)).at(-1)).toMatchObject(
      { template: 'address-changed', variables: { newAddress: newEmail } });
  }
  expect(await setPassword(world.services, { token: reset, password: next }, nowhere)).toMatchObject({ ok: false });
});

test('an address that somebody has is answered the same, and he alone is told', async () => {
  const [one, other] = [await aPerson(), await aPerson()];
  expect(await changeEmail(world.services, one.user, { newEmail: other.email, currentPassword: password }, nowhere))
    .toEqual({ ok: true, value: null });
  expect(await mailsTo(world, other.email)).toMatchObject([{ template: 'address-known' }]);
});

test('an address that somebody got meanwhile cannot be taken over', async () => {
  const { email, user } = await aPerson();
  await changeEmail(world.services, user, { newEmail: 'race@example.com', currentPassword: password }, nowhere);
  const [mail] = await mailsTo(world, 'race@example.com');
  await aPerson('race@example.com');
  expect(await confirmEmail(world.services, mail!.token!, nowhere)).toMatchObject(
    { ok: false, userErrors: [{ code: 'NOT_FOUND' }] });
  expect(await mayWith(email)).toBe(true);
});

test('a change of password takes a change of address back that was under way', async () => {
  const { user } = await aPerson();
  await changeEmail(world.services, user, { newEmail: 'thief@example.com', currentPassword: password }, nowhere);
  await changePassword(world.services, user, { currentPassword: password, newPassword: next }, nowhere);
  const [mail] = await mailsTo(world, 'thief@example.com');
  expect(await confirmEmail(world.services, mail!.token!, nowhere)).toMatchObject({ ok: false });
});

test('somebody who works in two workspaces goes from one to the other, with a new secret and no new age', async () => {
  const email = 'commuter@example.com';
  const home = await world.aWorkspace({ slug: 'a-home', name: 'A home', owner: { email, password } });
  const away = await world.aWorkspace({ slug: 'b-away', name: 'B away', owner: { email } });
  const foreign = await world.aWorkspace();
  const token = await world.signedIn(email);
  await world.asOwner(
    `update session set created_at = created_at - interval '3 days' where user_id = $1`, [home.ownerUserId]);
  const user = { userId: home.ownerUserId, principal: (await world.whoIs(token)).principal!, token };
  for (const slug of [foreign.slug, 'no-such-workspace']) {
    expect(await switchWorkspace(world.services, user, slug, nowhere)).toMatchObject(
      { ok: false, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'workspace'] }] });
  }
  const answer = await switchWorkspace(world.services, user, 'B-Away', nowhere);
  expect(answer).toMatchObject({ ok: true, value: { principal: { workspace: { id: away.workspaceId } } } });
  expect(await isSignedIn(token)).toBe(false);
  expect(await world.asOwner(
    `select created_at < now() - interval '2 days' as is_old from session where user_id = $1`, [home.ownerUserId]))
    .toEqual([{ is_old: true }]);
});

test('the last owner of a workspace makes somebody else owner before he deletes his account', async () => {
  const email = 'last@example.com';
  const one = await world.aWorkspace({ name: 'One', owner: { email, password } });
  const two = await world.aWorkspace({ name: 'Two', owner: { email } });
  const token = await world.signedIn(email);
  const user = { userId: one.ownerUserId, principal: (await world.whoIs(token)).principal!, token };
  const leave = (given = password) => deleteAccount(world.services, user, given, nowhere);
  expect(await leave('wrong wrong wrong')).toMatchObject({ ok: false, userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
  expect(await leave()).toMatchObject({ ok: false, userErrors: [
    { code: 'LAST_OWNER', message: expect.stringContaining('"One"') },
    { code: 'LAST_OWNER', message: expect.stringContaining('"Two"') },
  ] });
  expect(await isSignedIn(token)).toBe(true);

  for (const { workspaceId } of [one, two]) await world.aMember(workspaceId, { roles: ['OWNER'] });
  const soon = new Date(Date.now() + 60_000);
  const { newId } = world.services;
  await world.database.transaction(one.workspaceId, async (tx) => {
    const { workspaceId, ownerMemberId } = one;
    await tx.apiKey.create({ data: {
      workspaceId, id: newId(), memberId: ownerMemberId, name: 'Sync', prefix: 'gh_', tokenHash: 'a'.repeat(64),
      expiresAt: soon,
    } });
    await tx.invitation.create({ data: {
      workspaceId, id: newId(), email: 'invited@example.com', invitedById: ownerMemberId, expiresAt: soon,
      sentAt: new Date(),
    } });
  });
  expect(await leave()).toMatchObject({ ok: true });
  // What acted in his name, or at his word, ends with him.
  for (const table of ['api_key', 'invitation']) {
    expect(await world.asOwner(`select revoked_at is not null as is_over from ${table}`, [], one.workspaceId))
      .toEqual([{ is_over: true }]);
  }
  expect(await isSignedIn(token)).toBe(false);
  expect(await mayWith(email)).toBe(false);
  expect(await world.asOwner('select from "user" where email = $1', [email])).toEqual([]);
  expect((await mailsTo(world, email)).at(-1)).toMatchObject({ template: 'account-deleted' });
  for (const { workspaceId, ownerMemberId } of [one, two]) {
    expect(await world.asOwner(
      'select is_active, user_id, email from member where id = $1', [ownerMemberId], workspaceId))
      .toEqual([{ is_active: false, user_id: null, email: null }]);
    expect((await loggedIn(workspaceId)).map(({ type }) => type)).toContain('user_deleted');
  }
  // The address is free again.
  expect(await world.aWorkspace({ owner: { email, password } })).toMatchObject({ email });
});

test('of two owners who delete their accounts at the same moment one stays', async () => {
  const { workspaceId, email, ownerUserId } = await world.aWorkspace();
  const second = await world.aMember(workspaceId, { roles: ['OWNER'] });
  const people = [{ email, userId: ownerUserId }, second];
  const answers = await Promise.all(people.map(async (person, at) => {
    const token = await world.signedIn(person.email);
    const { principal } = await world.whoIs(token);
    return deleteAccount(
      { ...world.services, database: at ? world.database : secondServer },
      { userId: person.userId, principal: principal!, token }, password, nowhere);
  }));
  expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
});
