import { afterAll, beforeAll, expect, test } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { confirmSignUp } from '../../src/services/identity/confirm-sign-up.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { resendSignUp, signUp } from '../../src/services/identity/sign-up.ts';
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
const ask = (email: string, more = {}) => signUp(
  world.services, { email, workspaceName: 'Müller & Söhne', ...more }, nowhere);
const confirm = (token: string, chosen = password, database = world.database) =>
  confirmSignUp({ ...world.services, database }, { token, password: chosen }, nowhere);
const mayWith = async (email: string, chosen = password) =>
  (await signIn(world.services, { email, password: chosen, userAgent: null })).ok;
async function aLink(email: string, more = {}): Promise<string> {
  expect(await ask(email, more)).toEqual(accepted);
  return (await mailsTo(world, email)).at(-1)!.token!;
}

test('a sign-up makes nothing but a mail; the link in it makes account, workspace and session', async () => {
  const email = 'ada@example.com';
  expect(await ask(' ADA@example.com', { name: 'Ada', timeZone: 'Europe/Berlin', locale: 'de', currency: 'EUR' }))
    .toEqual(accepted);
  expect(await world.asOwner('select from "user"')).toEqual([]);
  const mails = await mailsTo(world, email);
  expect(mails).toMatchObject([{ template: 'confirm-address', path: '/confirm-sign-up' }]);

  const answer = await confirm(mails[0]!.token!);
  expect(answer).toMatchObject({ ok: true, value: { principal: {
    roles: [{ builtIn: 'OWNER' }],
    workspace: { slug: 'muller-sohne', name: 'Müller & Söhne', timeZone: 'Europe/Berlin', defaultCurrency: 'EUR' },
  } } });
  const token = answer.ok ? answer.value.token : '';
  expect((await world.whoIs(token)).principal).not.toBeNull();
  expect(await mayWith(email)).toBe(true);
  expect(await world.asOwner('select name from "user" where email = $1', [email])).toEqual([{ name: 'Ada' }]);
});

test('an address with an account gets a mail that says so, whoever asked gets the same answer', async () => {
  const { email } = await world.aWorkspace();
  expect(await ask(email)).toEqual(accepted);
  expect(await mailsTo(world, email)).toMatchObject([{ template: 'address-known', path: '/sign-in', token: null }]);
});

test('a password that will not do leaves the link as it is', async () => {
  const token = await aLink('choosy@example.com', { workspaceName: 'Choosy people' });
  for (const poor of ['short', 'passwordpassword', 'choosy@example.com', 'Choosy People 12', '\ud800'
    .padEnd(20, 'ab')]) {
    expect(await confirm(token, poor)).toMatchObject(
      { ok: false, userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'password'] }] });
  }
  expect(await confirm(token)).toMatchObject({ ok: true });
});

test('of fifty who use the link at once over two servers one has the account, and there is one workspace', async () => {
  const token = await aLink('crowd@example.com', { workspaceName: 'Crowd' });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, at) =>
    confirm(token, `password number ${at}`, at % 2 ? world.database : secondServer)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  const refusals = new Set(answers.filter(({ ok }) => !ok).map((each) => JSON.stringify(each)));
  expect([...refusals].map((each) => JSON.parse(each) as object)).toMatchObject(
    [{ userErrors: [{ code: 'NOT_FOUND', path: ['input', 'token'] }] }]);
  expect(await mayWith('crowd@example.com', `password number ${answers.findIndex(({ ok }) => ok)}`)).toBe(true);
  expect(await world.asOwner(`select slug from workspace where name = 'Crowd'`, [],
    answers.map((each) => (each.ok ? each.value.principal.workspace.id : '')).join(''))).toEqual([{ slug: 'crowd' }]);
});

test('sending again makes a new link out of the same sign-up, and ends the one before', async () => {
  const email = 'again@example.com';
  const first = await aLink(email, { name: 'Agnes', workspaceName: 'Again' });
  expect(await resendSignUp(world.services, email, nowhere)).toEqual(accepted);
  const second = (await mailsTo(world, email)).at(-1)!.token!;
  expect(second).not.toBe(first);
  expect(await confirm(first)).toMatchObject({ ok: false, userErrors: [{ code: 'NOT_FOUND' }] });
  expect(await confirm(second)).toMatchObject({ ok: true, value: { principal: { workspace: { name: 'Again' } } } });
  expect(await resendSignUp(world.services, email, nowhere)).toEqual(accepted);
  expect(await resendSignUp(world.services, 'never@example.com', nowhere)).toEqual(accepted);
  expect(await mailsTo(world, 'never@example.com')).toEqual([]);
  expect(await mailsTo(world, email)).toHaveLength(2);
});

test('one address gets five mails an hour, however often somebody signs up with it, and nobody is told', async () => {
  for (let round = 0; round < 8; round += 1) expect(await ask('bombed@example.com')).toEqual(accepted);
  expect(await mailsTo(world, 'bombed@example.com')).toHaveLength(5);
});

test('workspaces of one name get slugs of their own, and so do names without a letter that slugs have', async () => {
  const slugs = [];
  for (const [at, workspaceName] of ['Same name', 'Same name', '株式会社', '!!!', 'Gatehouse'].entries()) {
    const answer = await confirm(await aLink(`slug${at}@example.com`, { workspaceName }));
    slugs.push(answer.ok && answer.value.principal.workspace.slug);
  }
  expect(slugs).toEqual([
    'same-name', expect.stringMatching(/^same-name-\w+$/), 'workspace', expect.stringMatching(/^workspace-\w+$/),
    expect.stringMatching(/^gatehouse-\w+$/),
  ]);
});

test('an account that came into being meanwhile is not touched', async () => {
  const email = 'meanwhile@example.com';
  const token = await aLink(email);
  await world.aWorkspace({ owner: { email, password: 'the password of before' } });
  expect(await confirm(token, 'the password of after')).toMatchObject({ ok: false, userErrors: [{ code: 'TAKEN' }] });
  expect(await mayWith(email, 'the password of before')).toBe(true);
});

test('everything that is wrong with a sign-up is said at once', async () => {
  expect(await ask('no address', { workspaceName: ' ', name: 'x'.repeat(201), timeZone: 'Mars', currency: 'XXXX' }))
    .toMatchObject({ ok: false, userErrors: [
      { path: ['input', 'email'] }, { path: ['input', 'workspaceName'] }, { path: ['input', 'name'] },
      { path: ['input', 'timeZone'] }, { path: ['input', 'currency'] },
    ] });
});

test('a sign-up with a known address takes as long as one with an unknown address, and so does a mail sent again', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => world.aWorkspace()));
  for (let at = 0; at < 5; at += 1) await aLink(`waiting${at}@example.com`);
  const times = await compareTimes(8, {
    unknown: (round) => ask(`unknown${round}@example.com`),
    known: (round) => ask(people[round % 5]!.email),
    waiting: (round) => resendSignUp(world.services, `waiting${round % 5}@example.com`, nowhere),
    notWaiting: (round) => resendSignUp(world.services, `not-waiting${round}@example.com`, nowhere),
  });
  for (const [kind, { low }] of Object.entries(times)) {
    expect(low / times.unknown!.low, kind).toBeGreaterThan(0.8);
    expect(low / times.unknown!.low, kind).toBeLessThan(1.25);
  }
});

test('where signing up is closed, everybody is told so', async () => {
  const closed = { ...world.services, isSignUpOpen: false };
  expect(await signUp(closed, { email: 'early@example.com', workspaceName: 'Early' }, nowhere)).toMatchObject(
    { ok: false, userErrors: [{ code: 'NOT_PERMITTED' }] });
  expect(await mailsTo(world, 'early@example.com')).toEqual([]);
});
