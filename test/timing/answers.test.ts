import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hashPassword } from '../../src/auth/password.ts';
import { bestThreshold } from '../auth/timing.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { type World, openWorld } from '../support/world.ts';
import { type Kinds, type Question, takeSamples } from './samples.ts';

const count = Number(process.env.TIMING_SAMPLES ?? 500);
const lanes = Number(process.env.TIMING_LANES ?? 2);
const password = 'correct horse battery staple 7';

// Minutes each: no answer comes before its time.
vi.setConfig({ testTimeout: 1_800_000 });

let world: World;
/** A process of its own, with its worker, as `npm start` makes it: it shares nothing with who takes the time. */
let server: SecondServer;
beforeAll(async () => {
  world = await openWorld();
  server = await secondServer(world, { ATTEMPTS_PER_NETWORK: '1000000' });
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const named = (name: string) => Array.from({ length: count }, (_, at) => `${name}${at}@timing.example`);
const unknown = named;

/** People with this password, members of the world's workspace or of none. */
async function known(name: string, { hasPassword = true, isMember = true } = {}): Promise<string[]> {
  const addresses = named(name);
  const hash = hasPassword ? await hashPassword(password) : null;
  await world.rows(
    `with made as (
       insert into "user" (id, email, name, password_hash, updated_at)
         select gen_random_uuid(), email, email, $2, now() from unnest($1::text[]) email returning id, email)
     insert into member (workspace_id, id, user_id, name, email, updated_at)
       select $3, gen_random_uuid(), id, email, email, now() from made where $4`,
    [addresses, hash, world.workspaceId, isMember]);
  return addresses;
}

/** Of whom no more is done for strangers this hour. */
async function exhausted(addresses: string[], key: string, uses: number): Promise<string[]> {
  await world.rows(
    `insert into rate_limit (key, count, free_at, expires_at)
       select $2 || encode(sha256(convert_to(email, 'UTF8')), 'hex'), $3, now() + interval '1 hour', now() + interval '1 hour'
       from unnest($1::text[]) email`, [addresses, key, uses]);
  return addresses;
}

const about = (query: string, input: (address: string) => object, token?: string) =>
  (addresses: string[]): Question[] => addresses.map((address) => ({
    query, variables: { input: input(address) }, token,
  }));
const mutation = (name: string) => {
  return mutationOf(name, 'userErrors { code message path }');
};

/** That a threshold tells no kind from the first, and that all of them answered the same bytes. */
async function expectNothingTold(kinds: Kinds): Promise<void> {
  const samples = await takeSamples(server.url, kinds, lanes);
  const [base, ...others] = Object.keys(kinds);
  const times = (kind: string) => samples[kind]!.map(({ took }) => took);
  const median = (kind: string) => times(kind).sort((left, right) => left - right)[Math.floor(count / 2)]!;
  for (const kind of others) {
    const accuracy = bestThreshold(times(base!), times(kind));
    console.log(`${expect.getState().currentTestName}: ${base} ${median(base!).toFixed(1)} ms, `
      + `${kind} ${median(kind).toFixed(1)} ms, told apart ${(accuracy * 100).toFixed(1)} %\n`);
    expect.soft(accuracy, kind).toBeLessThanOrEqual(0.6);
    expect.soft(median(kind) / median(base!), kind).toBeGreaterThan(0.9);
    expect.soft(median(kind) / median(base!), kind).toBeLessThan(1.1);
  }
  const answers = new Set(Object.values(samples).flat().map(({ answer }) => answer));
  expect([...answers]).toHaveLength(1);
}

test('sign-in', async () => {
  const signIn = about(mutation('signIn'), (email) => ({ email, password: 'wrong wrong wrong wrong' }));
  await expectNothingTold({ unknown: signIn(unknown('u1-')), known: signIn(await known('k1-')) });
});

test('sign-in without a password, or after too many tries', async () => {
  const signIn = about(mutation('signIn'), (email) => ({ email, password }));
  await expectNothingTold({
    unknown: signIn(unknown('u2-')),
    'without password': signIn(await known('k2-', { hasPassword: false })),
    locked: signIn(await exhausted(await known('k3-'), 'sign-in ', 100)),
    'member of nothing': signIn(await known('k4-', { isMember: false })),
  });
});

test('sign-up', async () => {
  const signUp = about(mutation('signUp'), (email) => ({ email, workspaceName: 'Timed' }));
  await expectNothingTold({
    unknown: signUp(unknown('u5-')), known: signUp(await known('k5-')),
    'known, once too often': signUp(await exhausted(await known('k6-'), 'mails to ', 5)),
  });
});

test('sign-up sent again', async () => {
  const resend = about(mutation('resendSignUp'), (email) => ({ email }));
  const waiting = named('w7-');
  await world.rows(
    `insert into one_time_token (id, token_hash, purpose, subject, email, details, expires_at)
       select gen_random_uuid(), encode(sha256(convert_to(email, 'UTF8')), 'hex'), 'SIGN_UP', email, email,
         '{"workspaceName": "Timed"}', now() + interval '1 day' from unnest($1::text[]) email`, [waiting]);
  await expectNothingTold({
    unknown: resend(unknown('u7-')), waiting: resend(waiting), known: resend(await known('k7-')),
  });
});

test('a forgotten password', async () => {
  const reset = about(mutation('requestPasswordReset'), (email) => ({ email }));
  await expectNothingTold({
    unknown: reset(unknown('u8-')), known: reset(await known('k8-')),
    'known, once too often': reset(await exhausted(await known('k9-'), 'mails to ', 5)),
  });
});

test('another address', async () => {
  await known('me');
  await world.rows('update "user" set password_hash = $2 where id = $1', [
    world.owner.userId, await hashPassword(password),
  ]);
  const change = about(
    mutation('changeEmail'), (newEmail) => ({ newEmail, currentPassword: password }), world.owner.token);
  await expectNothingTold({ unknown: change(unknown('u10-')), known: change(await known('k10-')) });
});

test('an invitation', async () => {
  // At most a thousand wait in a workspace.
  const others = [await world.another()];
  while (others.length < Math.ceil(count / 400)) others.push(await others.at(-1)!.another());
  const invite = (addresses: string[]) => addresses.flatMap((email, at) => about(
    mutation('invitationCreate'), () => ({ email }), others[at % others.length]!.admin.token)([email]));
  await expectNothingTold({
    unknown: invite(unknown('u11-')), 'known elsewhere': invite(await known('k11-')),
  });
});
