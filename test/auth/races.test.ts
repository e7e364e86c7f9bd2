import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LinkPurpose, linkToken } from '../../src/auth/link-tokens.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let away: World;
/** A process of its own: nothing that one server remembers or locks in its memory holds here. */
let other: SecondServer;
let passwordHash: string;
beforeAll(async () => {
  world = await openWorld();
  away = await world.another();
  other = await secondServer(world, { ATTEMPTS_PER_NETWORK: '1000000' });
  passwordHash = await hashPassword(password);
});
afterAll(async () => {
  await other.close();
  await world.close();
});

const password = 'correct horse battery staple 7';
const nobody = { token: '' };
type Problem = { code: string; path: string[] };
type Outcome = { token?: string | null; userErrors: Problem[] } | null;

/**
 * Fifty times at once, in turn to one server and to the other. What is refused at the top is null. Who is told that too
 * much is going on comes again, as one does.
 */
async function fiftyTimes(
  name: string, input: (at: number) => object,
  { as = nobody, fields = '' }: { as?: { token: string }; fields?: string } = {},
): Promise<Outcome[]> {
  const document = mutationOf(name, `${fields} userErrors { code path }`);
  return Promise.all(Array.from({ length: 50 }, async (_, at) => {
    for (;;) {
      const { data, errors } = await (at % 2 ? world : other).as(as).ask<Record<string, Outcome>>(document, {
        input: input(at),
      });
      const refused = errors.map(({ extensions }) => extensions?.code);
      if (refused.includes('OVERLOADED')) continue;
      if (refused.some((code) => code !== 'UNAUTHENTICATED')) throw new Error(JSON.stringify(errors));
      return data?.[name] ?? null;
    }
  }));
}
const winners = (outcomes: Outcome[]) => outcomes.filter((each) => each?.userErrors.length === 0);
const loserCodes = (outcomes: Outcome[]) => [...new Set(outcomes.flatMap((each) => (
  each?.userErrors.length === 0 ? [] : each?.userErrors.map(({ code }) => code) ?? ['UNAUTHENTICATED'])))];

async function aPerson(options?: Parameters<World['aMember']>[0]): Promise<WorldMember> {
  const person = await world.aMember(options);
  await world.rows('update "user" set password_hash = $2 where id = $1', [person.userId, passwordHash]);
  return person;
}
async function send(as: { token: string }, name: string, input: object): Promise<NonNullable<Outcome>> {
  const answer = await world.as(as).data<Record<string, NonNullable<Outcome>>>(
    mutationOf(name, 'userErrors { code path }'), { input });
  return answer[name]!;
}
/** The token of the last link that was sent to an address, in this workspace or in none. */
async function linkTo(address: string): Promise<string> {
  const ofNone = await world.database.transaction(platformWorkspaceId, (tx) => tx.mail.findMany({
    where: { toAddress: address, linkTokenId: { not: null } }, orderBy: { id: 'desc' }, take: 1,
  }));
  const [mail] = ofNone.length > 0 ? ofNone
    : await world.database.transaction(world.workspaceId, (tx) => tx.mail.findMany({
      where: { toAddress: address, linkTokenId: { not: null } }, orderBy: { id: 'desc' }, take: 1,
    }));
  return linkToken(world.services.cursorSecret, mail!.linkPurpose as LinkPurpose, mail!.linkTokenId!);
}
const mailCount = async (address: string, template: string) => {
  const workspaces = [platformWorkspaceId, world.workspaceId];
  const counts = await Promise.all(workspaces.map((workspaceId) => world.database.transaction(
    workspaceId, (tx) => tx.mail.count({ where: { toAddress: address, template } }))));
  return counts.reduce((sum, each) => sum + each, 0);
};
const count = async (statement: string, ...values: unknown[]) => (
  await world.rows<{ count: number }>(`select count(*)::int as count from ${statement}`, values))[0]!.count;
const mayWith = async (email: string, given: string) => {
  const outcome = await world.as(nobody).data<{ signIn: { token: string | null } }>(
    'mutation($input: SignInInput!) { signIn(input: $input) { token } }', { input: { email, password: given } });
  return outcome.signIn.token !== null;
};

describe('of fifty at once over two server processes', () => {
  test('one makes the account and the workspace of a sign-up', async () => {
    const email = 'new@race.example';
    await send(nobody, 'signUp', { email, workspaceName: 'Racing Team' });
    const token = await linkTo(email);
    const outcomes = await fiftyTimes('confirmSignUp', (at) => ({ token, password: `password number ${at}` }), {
      fields: 'token',
    });
    expect(winners(outcomes)).toHaveLength(1);
    expect(loserCodes(outcomes)).toEqual(['NOT_FOUND']);
    expect(await mayWith(email, `password number ${outcomes.findIndex((each) => each?.token)}`)).toBe(true);
    expect(await count(`"user" where email = $1`, email)).toBe(1);
    expect(await count(`session s join "user" u on u.id = s.user_id where u.email = $1`, email)).toBe(2);
  });

  test('one sets a forgotten password, and no session is left', async () => {
    const { email, userId } = await aPerson();
    await send(nobody, 'requestPasswordReset', { email });
    const token = await linkTo(email);
    const outcomes = await fiftyTimes('setPassword', (at) => ({ token, password: `password number ${at}` }));
    expect(winners(outcomes)).toHaveLength(1);
    expect(loserCodes(outcomes)).toEqual(['NOT_FOUND']);
    expect(await count('session where user_id = $1', userId)).toBe(0);
    expect(await mayWith(email, `password number ${outcomes.findIndex((each) => each?.userErrors.length === 0)}`))
      .toBe(true);
    expect(await mailCount(email, 'password-changed')).toBe(1);
  });

  test('one changes the password', async () => {
    const person = await aPerson();
    const outcomes = await fiftyTimes(
      'changePassword', (at) => ({ currentPassword: password, newPassword: `password number ${at}` }), { as: person });
    expect(winners(outcomes)).toHaveLength(1);
    expect(await count('session where user_id = $1', person.userId)).toBe(1);
    expect(await mailCount(person.email, 'password-changed')).toBe(1);
  });

  test('one changes the address', async () => {
    const person = await aPerson();
    const newEmail = 'next@race.example';
    await send(person, 'changeEmail', { newEmail, currentPassword: password });
    const token = await linkTo(newEmail);
    const outcomes = await fiftyTimes('confirmEmail', () => ({ token }));
    expect(winners(outcomes)).toHaveLength(1);
    expect(loserCodes(outcomes)).toEqual(['NOT_FOUND']);
    expect(await mailCount(newEmail, 'address-changed')).toBe(1);
  });

  test('one of two people gets an address that both want', async () => {
    const people = [await aPerson(), await aPerson()];
    const newEmail = 'wanted@race.example';
    const tokens: string[] = [];
    for (const person of people) {
      await send(person, 'changeEmail', { newEmail, currentPassword: password });
      tokens.push(await linkTo(newEmail));
    }
    const outcomes = await fiftyTimes('confirmEmail', (at) => ({ token: tokens[Math.floor(at / 2) % 2]! }));
    expect(winners(outcomes)).toHaveLength(1);
    expect(await count(`"user" where email = $1`, newEmail)).toBe(1);
  });

  test.each(['a new person', 'somebody with an account'])('one accepts the invitation of %s', async (who) => {
    const email = `${who.replaceAll(' ', '-')}@race.example`;
    if (who !== 'a new person') {
      await world.rows(
        `insert into "user" (id, email, name, password_hash) values (gen_random_uuid(), $1, 'Known', $2)`,
        [email, passwordHash]);
    }
    await send(world.admin, 'invitationCreate', { email, builtInRoles: ['REP'] });
    const token = await linkTo(email);
    const outcomes = await fiftyTimes('acceptInvitation', () => ({ token, password }), { fields: 'token' });
    expect(winners(outcomes)).toHaveLength(1);
    expect(await count('member where email = $1', email)).toBe(1);
    expect(await count(`session s join "user" u on u.id = s.user_id where u.email = $1`, email)).toBe(1);
  });

  test('one goes to another workspace with a session, and the session is one', async () => {
    const person = await aPerson();
    await away.database.transaction(away.workspaceId, (tx) => tx.member.create({ data: {
      workspaceId: away.workspaceId, id: world.services.newId(), userId: person.userId, name: 'Commuter',
      email: person.email,
    } }));
    const outcomes = await fiftyTimes('switchWorkspace', () => ({ workspace: away.slug }), {
      as: person, fields: 'token',
    });
    expect(winners(outcomes)).toHaveLength(1);
    expect(loserCodes(outcomes).every((code) => ['NOT_FOUND', 'UNAUTHENTICATED'].includes(code))).toBe(true);
    expect(await count('session where user_id = $1', person.userId)).toBe(1);
  });

  test('one hands the workspace over', async () => {
    const rival = await away.another();
    const heirs = [rival.manager, rival.rep, rival.colleague, rival.viewer];
    const document =
      `mutation($input: OwnershipTransferInput!) { ownershipTransfer(input: $input) { userErrors { code } } }`;
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => (at % 2 ? world : other).as(rival.owner)
      .ask<{ ownershipTransfer: Outcome }>(document, {
        input: { toMemberId: `member_${heirs[at % 4]!.id}`, version: 1 },
      })));
    expect(answers.filter(({ data }) => data?.ownershipTransfer?.userErrors.length === 0)).toHaveLength(1);
    const owners = await rival.rows(
      `select from member_role mr join role r on r.id = mr.role_id and r.workspace_id = mr.workspace_id
         where r.built_in = 'OWNER' and r.workspace_id = $1`, [rival.workspaceId]);
    expect(owners).toHaveLength(1);
  });

  test('one deletes the account, and one mail says so', async () => {
    const person = await aPerson();
    const outcomes = await fiftyTimes('deleteAccount', () => ({ currentPassword: password }), { as: person });
    expect(winners(outcomes)).toHaveLength(1);
    expect(loserCodes(outcomes).every((code) => ['INVALID_CREDENTIALS', 'UNAUTHENTICATED'].includes(code))).toBe(true);
    expect(await mailCount(person.email, 'account-deleted')).toBe(1);
    expect(await count(`security_event where type = 'user_deleted' and subject_id = $1`, person.id)).toBe(1);
  });

  test('all invite under one key, and one invitation and one mail come of it', async () => {
    const input = { email: 'keyed@race.example', idempotencyKey: 'invite keyed' };
    const outcomes = await fiftyTimes('invitationCreate', () => input, {
      as: world.admin, fields: 'invitation { id }',
    });
    expect(winners(outcomes)).toHaveLength(50);
    expect(new Set(outcomes.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await mailCount(input.email, 'invitation')).toBe(1);
  });

  test('all make a key under one idempotency key, and one is made, whose secret is told once', async () => {
    const input = { name: 'Raced', idempotencyKey: 'make one key' };
    const outcomes = await fiftyTimes('apiKeyCreate', () => input, { as: world.admin, fields: 'token apiKey { id }' });
    expect(winners(outcomes)).toHaveLength(50);
    expect(outcomes.filter((each) => each?.token)).toHaveLength(1);
    expect(await count(`api_key where name = 'Raced'`)).toBe(1);
  });

  test('one invites an address without a key', async () => {
    const outcomes = await fiftyTimes('invitationCreate', () => ({ email: 'plain@race.example' }), { as: world.admin });
    expect(winners(outcomes)).toHaveLength(1);
    expect(loserCodes(outcomes)).toEqual(['TAKEN']);
  });

  test('a sign-up leaves one link that works, and five mails at most', async () => {
    const email = 'eager@race.example';
    const outcomes = await fiftyTimes('signUp', () => ({ email, workspaceName: 'Eager' }));
    expect(winners(outcomes)).toHaveLength(50);
    expect(await mailCount(email, 'confirm-address')).toBe(5);
    expect(await count('one_time_token where subject = $1', email)).toBe(1);
  });
});

test('a key that was revoked is refused by both servers from then on, whatever was under way', async () => {
  const made = await world.as(world.admin).data<{ apiKeyCreate: { token: string; apiKey: { id: string } } }>(
    'mutation { apiKeyCreate(input: { name: "Used" }) { token apiKey { id } } }');
  const { token, apiKey: { id } } = made.apiKeyCreate;
  const use = (at: number) => (at % 2 ? world : other).as({ token })
    .ask<{ viewer: object | null }>('{ viewer { apiKey { name } } }').then(({ data }) => data?.viewer != null);
  expect(await Promise.all([use(0), use(1)])).toEqual([true, true]);
  let isRevoked = false;
  const late: boolean[] = [];
  const users = Array.from({ length: 10 }, async (_, at) => {
    for (let rounds = 0; rounds < 10 || !isRevoked; rounds += 1) {
      const wasRevoked = isRevoked;
      const worked = await use(at);
      if (wasRevoked) late.push(worked);
    }
    late.push(await use(at));
  });
  const revocations = await fiftyTimes('apiKeyRevoke', () => ({ id, version: 1 }), { as: world.admin });
  isRevoked = true;
  await Promise.all(users);
  expect(late).not.toContain(true);
  expect(winners(revocations).length).toBeGreaterThanOrEqual(1);
  expect(await count(
    `security_event where type = 'authn_token_revoked' and record_id = $1`, id.replace('apiKey_', ''))).toBe(1);
});

test('who signs out everywhere while his sessions go elsewhere and begin is signed in nowhere that began before', async () => {
  for (let round = 0; round < 10; round += 1) {
    const person = await aPerson();
    await away.database.transaction(away.workspaceId, (tx) => tx.member.create({ data: {
      workspaceId: away.workspaceId, id: world.services.newId(), userId: person.userId, name: 'Commuter',
      email: person.email,
    } }));
    const [, everywhere] = await Promise.all([
      other.as(person).ask(`mutation { switchWorkspace(input: { workspace: "${away.slug}" }) { token } }`),
      world.as(person).ask('mutation { signOutEverywhere(input: {}) { userErrors { code } } }'),
    ]);
    // Where the session had gone elsewhere before that was looked at, its old secret signs nobody out.
    const isRefused = everywhere.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
    expect(await count('session where user_id = $1', person.userId)).toBe(isRefused ? 1 : 0);
  }
});

test('who signs in with the old password while it is changed has no session afterwards', async () => {
  for (let round = 0; round < 10; round += 1) {
    const person = await aPerson();
    const change = world.as(person).ask(
      `mutation { changePassword(input: { currentPassword: "${password}", newPassword: "the next password of mine" }) { token } }`);
    const signIns = Array.from({ length: 6 }, () => other.as(nobody).ask<{ signIn: { token: string | null } }>(
      `mutation { signIn(input: { email: "${person.email}", password: "${password}" }) { token } }`));
    await Promise.all([change, ...signIns]);
    expect(await count('session where user_id = $1', person.userId)).toBe(1);
  }
});

test('of a hundred wrong passwords at once over two servers ten are looked at, and the mailbox lets in again', async () => {
  const { email, userId, token } = await aPerson();
  await Promise.all(Array.from({ length: 100 }, (_, at) => (at % 2 ? world : other).as(nobody).data(
    `mutation { signIn(input: { email: "${email}", password: "wrong password ${at}" }) { token } }`)));
  expect(await count(
    `security_event where type = 'authn_login_fail' and subject_id = (select id from member where user_id = $1)`,
    userId)).toBe(10);
  expect(await mailCount(email, 'sign-in-blocked')).toBe(1);
  expect(await mayWith(email, password)).toBe(false);
  // Who is signed in stays so, on both.
  for (const server of [world, other]) {
    expect(await server.as({ token }).data('{ viewer { can(permission: "deal.read") } }')).toBeTruthy();
  }
  await send(nobody, 'requestPasswordReset', { email });
  await send(nobody, 'setPassword', { token: await linkTo(email), password: 'the next password of mine' });
  expect(await mayWith(email, 'the next password of mine')).toBe(true);
});

describe('a link', () => {
  const refused = { userErrors: [{ code: 'NOT_FOUND', path: ['input', 'token'] }] };
  /** What uses a link of each kind. */
  const uses: Record<LinkPurpose, (token: string) => Promise<NonNullable<Outcome>>> = {
    SIGN_UP: (token) => send(nobody, 'confirmSignUp', { token, password }),
    RESET_PASSWORD: (token) => send(nobody, 'setPassword', { token, password: 'the next password of mine' }),
    SET_PASSWORD: (token) => send(nobody, 'setPassword', { token, password: 'the next password of mine' }),
    CHANGE_EMAIL: (token) => send(nobody, 'confirmEmail', { token }),
    INVITATION: (token) => send(nobody, 'acceptInvitation', { token, password }),
  };
  let made = 0;
  async function aLink(purpose: LinkPurpose): Promise<string> {
    made += 1;
    const email = `link${made}@race.example`;
    const person = await aPerson();
    switch (purpose) {
      case 'SIGN_UP': await send(nobody, 'signUp', { email, workspaceName: 'Linked' }); break;
      case 'RESET_PASSWORD': await send(nobody, 'requestPasswordReset', { email: person.email }); break;
      case 'CHANGE_EMAIL': await send(person, 'changeEmail', { newEmail: email, currentPassword: password }); break;
      case 'INVITATION': await send(world.admin, 'invitationCreate', { email }); break;
      case 'SET_PASSWORD': break;
    }
    return linkTo(purpose === 'RESET_PASSWORD' ? person.email : email);
  }
  const kinds = (Object.keys(uses) as LinkPurpose[]).filter((each) => each !== 'SET_PASSWORD');

  test.each(kinds)('for %s works for nothing else, and once', async (purpose) => {
    const token = await aLink(purpose);
    for (const elsewhere of kinds.filter((each) => each !== purpose)) {
      expect(await uses[elsewhere](token), elsewhere).toEqual(refused);
    }
    expect(await uses[purpose](token)).toEqual({ userErrors: [] });
    expect(await uses[purpose](token)).toEqual(refused);
  });

  test.each(kinds)('for %s works no second longer than it says', async (purpose) => {
    const token = await aLink(purpose);
    await world.rows(
      `update one_time_token set expires_at = now() - interval '1 second' where purpose = $1`, [purpose]);
    expect(await uses[purpose](token)).toEqual(refused);
  });

  test.each(kinds)('for %s that another server\'s secret made, or nobody, is none', async (purpose) => {
    await aLink(purpose);
    const [row] = await world.rows<{ id: string }>('select id from one_time_token where purpose = $1', [purpose]);
    const foreign = linkToken('another secret of at least 32 bytes', purpose, row!.id);
    for (const token of [foreign, 'x'.repeat(43), '', row!.id, `${foreign}\u0000`.slice(1)]) {
      const answer = await uses[purpose](token).catch((error: Error) => error.message);
      if (typeof answer !== 'string') expect(answer, token).toEqual(refused);
      else expect(answer).toContain('BAD_REQUEST');
    }
  });
});
