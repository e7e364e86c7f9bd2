import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkToken } from '../../src/auth/link-tokens.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { startSession } from '../../src/auth/session.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let away: World;
let passwordHash: string;
beforeAll(async () => {
  world = await openWorld();
  away = await world.another();
  passwordHash = await hashPassword(password);
});
afterAll(() => world.close());

const password = 'correct horse battery staple 7';
const next = 'the next password of mine';
type Person = WorldMember & { awayMemberId: string };

/** Somebody with three sessions: two here, of which one asks, and one in another workspace. */
async function aPerson(): Promise<Person> {
  const person = await world.aMember();
  await world.rows('update "user" set password_hash = $2 where id = $1', [person.userId, passwordHash]);
  const awayMemberId = world.services.newId();
  await away.database.transaction(away.workspaceId, (tx) => tx.member.create({ data: {
    workspaceId: away.workspaceId, id: awayMemberId, userId: person.userId, name: person.name, email: person.email,
  } }));
  for (const { workspaceId } of [world, away]) {
    await startSession(world.database, { userId: person.userId, workspaceId, userAgent: 'Another' });
  }
  return { ...person, awayMemberId };
}
async function send(as: { token: string }, name: string, input: object): Promise<void> {
  const answer = await world.as(as).data<Record<string, { userErrors: object[] }>>(
    mutationOf(name, 'userErrors { code }'), { input });
  expect(answer[name]!.userErrors).toEqual([]);
}
async function linkTo(address: string): Promise<string> {
  const mail = await world.database.transaction(platformWorkspaceId, (tx) => tx.mail.findFirstOrThrow({
    where: { toAddress: address, linkTokenId: { not: null } }, orderBy: { id: 'desc' },
  }));
  return linkToken(world.services.cursorSecret, mail.linkPurpose as 'CHANGE_EMAIL', mail.linkTokenId!);
}
/** Whose sessions the two logs say have ended, why, and by whom. */
async function logged(person: Person) {
  const query = `select detail, member_id is not null and member_id = subject_id as "isOwn" from security_event
    where subject_id = $1 and type = 'session_ended' order by id`;
  type Ended = { detail: string; isOwn: boolean };
  const ended = (detail: string, isOwn: boolean, count: number) => Array<Ended>(count).fill({ detail, isOwn });
  return {
    ended, here: await world.rows<Ended>(query, [person.id]),
    there: await away.rows<Ended>(query, [person.awayMemberId]),
  };
}

/** Each way to end sessions, and how many it ends here and in the other workspace. */
const ways: Record<string, {
  run: (person: Person) => Promise<unknown>; here: number; there: number; isOwn?: boolean;
}> = {
  'signed out': {
    here: 1, there: 0, run: (person) => world.as(person).data('mutation { signOut { userErrors { code } } }'),
  },
  'ended from the list': {
    here: 0, there: 1,
    async run(person) {
      const [session] = await world.rows<{ id: string }>(
        'select id from session where user_id = $1 and workspace_id = $2', [person.userId, away.workspaceId]);
      await send(person, 'endSession', { id: `session_${session!.id}` });
    },
  },
  'signed out everywhere': { here: 2, there: 1, run: (person) => send(person, 'signOutEverywhere', {}) },
  // The one that asks goes on, with a new secret: SESSION_RENEWED.
  'the password was changed': {
    here: 1, there: 1,
    run: (person) => send(person, 'changePassword', { currentPassword: password, newPassword: next }),
  },
  'the password was set by a link': {
    here: 2, there: 1,
    async run({ email }) {
      await send({ token: '' }, 'requestPasswordReset', { email });
      await send({ token: '' }, 'setPassword', { token: await linkTo(email), password: next });
    },
  },
  'the address was changed': {
    here: 2, there: 1,
    async run(person) {
      const newEmail = `next-${person.email}`;
      await send(person, 'changeEmail', { newEmail, currentPassword: password });
      await send({ token: '' }, 'confirmEmail', { token: await linkTo(newEmail) });
    },
  },
  'replaced by another sign-in': {
    here: 1, there: 0,
    run: ({ email, token }) => signIn(world.services, { email, password, userAgent: null, replacedToken: token }),
  },
  'the member was suspended': {
    here: 2, there: 0, isOwn: false,
    run: ({ id }) => world.as(world.admin).done('memberSuspend', { id: `member_${id}`, version: 1 }),
  },
  'the member was removed': {
    here: 2, there: 0, isOwn: false,
    run: ({ id }) => world.as(world.admin).done('memberRemove', { id: `member_${id}`, version: 1 }),
  },
  'the account was deleted': {
    here: 2, there: 1, run: (person) => send(person, 'deleteAccount', { currentPassword: password }),
  },
};

test.each(Object.entries(ways))('%s: each session has its end in the log of its workspace, once', async (why, { run, here, there, isOwn = true }) => {
  const person = await aPerson();
  await run(person);
  const log = await logged(person);
  expect(log.here).toEqual(log.ended(why, isOwn, here));
  expect(log.there).toEqual(log.ended(why, isOwn, there));
  const [left] = await world.rows<{ count: number }>(
    `select count(*)::int as count from session where user_id = $1 and user_agent in ('Test', 'Another')`,
    [person.userId]);
  expect(left!.count).toBe(3 - here - there - (why === 'the password was changed' ? 1 : 0));
});

test('a session that was over before is written down as expired, by whatever takes it away', async () => {
  const person = await aPerson();
  await world.rows(
    `update session set expires_at = now() where user_id = $1 and workspace_id = $2`,
    [person.userId, away.workspaceId]);
  await send(person, 'signOutEverywhere', {});
  const log = await logged(person);
  expect([log.here.length, log.there.length]).toEqual([2, 0]);
  expect(await away.rows(
    `select member_id from security_event where subject_id = $1 and type = 'session_expired'`, [person.awayMemberId]))
    .toEqual([{ member_id: null }]);
});
