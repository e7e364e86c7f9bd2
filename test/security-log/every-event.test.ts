import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkToken } from '../../src/auth/link-tokens.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { hashToken } from '../../src/auth/tokens.ts';
import { expireSessions } from '../../src/services/identity/expire-sessions.ts';
import { type SecurityEventType, resultOf, securityEventTypes } from '../../src/services/security-log/event-types.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let passwordHash: string;
beforeAll(async () => {
  world = await openWorld();
  passwordHash = await hashPassword(password);
});
afterAll(() => world.close());

const password = 'correct horse battery staple 7';
const nobody = { token: '' };

async function aPerson(): Promise<WorldMember> {
  const person = await world.aMember();
  await world.rows('update "user" set password_hash = $2 where id = $1', [person.userId, passwordHash]);
  return person;
}
async function send(as: { token: string }, name: string, input: object, selection = 'userErrors { code }') {
  const { data, errors } = await world.as(as).ask<Record<string, Record<string, unknown>>>(
    mutationOf(name, selection), { input });
  if (!data?.[name]) throw new Error(JSON.stringify(errors));
  return data[name];
}
const signIn = (person: WorldMember, given = password) =>
  send(nobody, 'signIn', { email: person.email, password: given, transport: 'BEARER' }, 'token');
async function isWrong(person: WorldMember, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) await signIn(person, 'wrong wrong wrong');
}
const change = (person: WorldMember, currentPassword = password) =>
  send(person, 'changePassword', { currentPassword, newPassword: 'the next password of mine' });
const member = (person: WorldMember, name: string, input: object) =>
  world.as(world.admin).done(name, { id: `member_${person.id}`, ...input });
async function aKey(person: WorldMember) {
  await world.grant(person, ['create', 'read', 'delete'].map((verb) => ({ noun: 'apiKey', verb, reach: 'ANY' })));
  const expiresAt = new Date(Date.now() + 86_400_000);
  const { apiKey, token } = await send(
    person, 'apiKeyCreate', { name: 'Sync', expiresAt }, 'apiKey { id version } token userErrors { code message }');
  return { ...apiKey as { id: string; version: number }, token: token as string };
}
async function accept(): Promise<string> {
  const email = `invited-${world.services.newId()}@example.com`;
  await world.as(world.admin).done('invitationCreate', { email });
  const [mail] = await world.rows<{ id: string }>(
    `select link_token_id as id from mail where to_address = $1`, [email]);
  const token = linkToken(world.services.cursorSecret, 'INVITATION', mail!.id);
  await send(nobody, 'acceptInvitation', { token, password });
  const [joined] = await world.rows<{ id: string }>('select id from member where email = $1', [email]);
  return joined!.id;
}

/** Who did it, and whom it is about: ids of members. */
type Whose = { by: string | null; about: string | null };
const own = ({ id }: WorldMember): Whose => ({ by: id, about: id });
const byStranger = ({ id }: WorldMember): Whose => ({ by: null, about: id });
const byAdmin = (person: WorldMember | null): Whose => ({ by: world.admin.id, about: person?.id ?? null });

/** One thing that causes an event of this type. What has to be there before comes first, and is no part of it. */
const causes: Record<SecurityEventType, (person: WorldMember) => Promise<{ act: () => Promise<unknown> } & Whose>> = {
  authn_login_success: async (person) => ({ ...own(person), act: () => signIn(person) }),
  authn_login_fail: async (person) => ({ ...byStranger(person), act: () => isWrong(person, 1) }),
  authn_login_lock: async (person) => ({ ...byStranger(person), act: () => isWrong(person, 12) }),
  authn_password_change: async (person) => ({ ...own(person), act: () => change(person) }),
  authn_password_change_fail: async (person) => ({ ...own(person), act: () => change(person, 'wrong wrong wrong') }),
  authn_token_created: async (person) => ({ ...own(person), act: () => aKey(person) }),
  async authn_token_revoked(person) {
    const { id, version } = await aKey(person);
    return { ...own(person), act: () => send(person, 'apiKeyRevoke', { id, version }) };
  },
  async authn_token_reuse(person) {
    const { id, version, token } = await aKey(person);
    await send(person, 'apiKeyRevoke', { id, version });
    const use = () => world.as({ token }).ask('{ viewer { kind } }');
    return { ...byStranger(person), act: async () => [await use(), await use()] };
  },
  session_created: async (person) => ({ ...own(person), act: () => signIn(person) }),
  session_renewed: async (person) => ({ ...own(person), act: () => change(person) }),
  session_ended: async (person) => ({
    ...own(person), act: () => world.as(person).ask('mutation { signOut { userErrors { code } } }'),
  }),
  async session_expired(person) {
    await world.rows(
      `update session set expires_at = now(), ip_address = '127.0.0.1', user_agent = 'node' where token_hash = $1`,
      [hashToken(person.token)]);
    const { signal } = new AbortController();
    const expire = () => expireSessions(world.services, signal);
    return { ...byStranger(person), act: async () => [await expire(), await expire()] };
  },
  authz_fail: async (person) => ({
    by: person.id, about: null, act: () => world.as(person).ask('{ roles { totalCount } }'),
  }),
  async authz_change(person) {
    const roles = await world.rows<{ id: string }>(`select id from role where built_in in ('REP', 'MANAGER')`);
    const roleIds = roles.map(({ id }) => `role_${id}`);
    return { ...byAdmin(person), act: () => member(person, 'memberUpdate', { version: 1, roleIds }) };
  },
  authz_admin: async () => ({
    ...byAdmin(null),
    act: () => send(world.admin, 'securitySettingsUpdate', { sessionIdleMinutes: 1_000, version: 1 }),
  }),
  async user_created() {
    // The person who joins is only known afterwards.
    return { by: 'joined', about: 'joined', act: accept };
  },
  user_updated: async (person) => ({
    ...byAdmin(person), act: () => member(person, 'memberUpdate', { version: 1, name: 'Renamed' }),
  }),
  user_archived: async (person) => ({
    ...byAdmin(person), act: () => member(person, 'memberUpdate', { version: 1, isActive: false }),
  }),
  async user_reactivated(person) {
    await member(person, 'memberUpdate', { version: 1, isActive: false });
    return { ...byAdmin(person), act: () => member(person, 'memberUpdate', { version: 2, isActive: true }) };
  },
  user_deleted: async (person) => ({
    ...own(person), act: () => send(person, 'deleteAccount', { currentPassword: password }),
  }),
  privilege_permissions_changed: async () => ({
    ...byAdmin(null), act: () => world.as(world.admin).done('roleCreate', { name: 'Empty', grants: [] }),
  }),
  async excess_rate_limit_exceeded(person) {
    await isWrong(person, 10);
    return { ...byStranger(person), act: () => isWrong(person, 3) };
  },
};

test.each(Object.keys(securityEventTypes) as SecurityEventType[])(
  '%s is written once, with who, whom, from where and how it ended', async (type) => {
    const { act, by, about } = await causes[type](await aPerson());
    const before = new Date();
    const last = await world.rows<{ id: string }>('select id from security_event where type = $1', [type]);
    const joined = await act();
    const known = (id: string | null) => (id === 'joined' ? joined : id);
    const events = await world.rows<{ id: string; at: Date }>(
      `select id, at, result, member_id as by, subject_id as about, ip_address, user_agent from security_event
         where type = $1 and not id = any ($2::uuid[])`, [type, last.map(({ id }) => id)]);
    expect(events).toMatchObject([{
      result: resultOf(type), by: known(by), about: known(about), ip_address: '127.0.0.1', user_agent: 'node',
    }]);
    expect(Math.abs(events[0]!.at.getTime() - before.getTime())).toBeLessThan(60_000);
  });
