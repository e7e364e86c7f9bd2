import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../src/http/logging.ts';
import { upkeep } from '../../src/jobs/index.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { type World, openWorld } from '../support/world.ts';
import { retention } from './working.ts';

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
});
afterAll(() => world.close());

const dayMilliseconds = 24 * 3_600_000;

/** The upkeep of this kind, with the server's clock so many days ahead. */
async function run(kind: string, daysAhead = 0): Promise<void> {
  const now = () => new Date(Date.now() + daysAhead * dayMilliseconds);
  await upkeep.find((each) => each.kind === kind)!.run({
    services: { ...world.services, now }, retention, signal: new AbortController().signal,
    log: createLog({ logLevel: 'silent' }),
  });
}

const addresses = async (of: World) => (await of.rows<{ address: string }>(
  'select to_address as address from mail where workspace_id = $1 order by 1',
  [of.workspaceId])).map(({ address }) => address);

async function aMail(of: World, address: string, { daysOld, status = 'SENT' }: { daysOld: number; status?: string }) {
  const id = await of.database.transaction(of.workspaceId, (tx) => queueMail(tx, of.services, {
    template: 'member-removed', to: { address }, variables: { at: new Date() },
  }));
  await of.rows(`update mail set status = $2::mail_status, updated_at = now() - make_interval(days => $3),
    sent_at = now(), next_attempt_at = case when $2 = 'QUEUED' then now() end where id = $1`, [id, status, daysOld]);
}

test('mails go 90 days after the last that became of them, with their timelines, in every workspace', async () => {
  await aMail(world, 'old@x.example', { daysOld: 91 });
  await aMail(world, 'bounced@x.example', { daysOld: 91, status: 'REFUSED' });
  await aMail(world, 'young@x.example', { daysOld: 89 });
  await aMail(world, 'waiting@x.example', { daysOld: 400, status: 'QUEUED' });
  await aMail(rival, 'old@y.example', { daysOld: 91 });
  await run('mail.forgetOld');
  expect(await addresses(world)).toEqual(['waiting@x.example', 'young@x.example']);
  expect(await addresses(rival)).toEqual([]);
  expect(await world.rows('select from mail_event')).toHaveLength(2);
  await run('mail.forgetOld', 2);
  expect(await addresses(world)).toEqual(['waiting@x.example']);
});

test('a clock that is years ahead takes nothing away that is younger than a day', async () => {
  await aMail(world, 'today@x.example', { daysOld: 0 });
  await run('mail.forgetOld', 4_000);
  expect(await addresses(world)).toEqual(['today@x.example', 'waiting@x.example']);
});

test('however many there are, all go', async () => {
  await world.rows(`insert into mail (workspace_id, id, template, locale, to_address, status, sent_at, updated_at)
    select $1, gen_random_uuid(), 'member-removed', 'en', 'many' || n || '@x.example', 'SENT', now(),
      now() - interval '91 days' from generate_series(1, 2500) n`, [world.workspaceId]);
  await run('mail.forgetOld');
  expect(await addresses(world)).toEqual(['today@x.example', 'waiting@x.example']);
});

test('an address that may be written to again is off the suppression list', async () => {
  const add = (address: string, endsAt: string | null) => world.database.transaction(platformWorkspaceId, (tx) => (
    tx.mailSuppression.create({
      data: {
        workspaceId: platformWorkspaceId, id: world.services.newId(), address, reason: 'BOUNCE',
        endsAt: endsAt && new Date(Date.now() + Number(endsAt) * dayMilliseconds),
      },
    })));
  await add('ended@x.example', '-91');
  await add('holds@x.example', null);
  await run('mail.forgetOld');
  const left = await world.database.transaction(platformWorkspaceId, (tx) => tx.mailSuppression.findMany());
  expect(left.map(({ address }) => address)).toEqual(['holds@x.example']);
});

test('the security log is kept for 400 days, and for 30 whatever a server asks for', async () => {
  const write = (detail: string, days: number) => world.rows(`
    insert into security_event (workspace_id, id, at, type, result, door, detail)
    values ($1, gen_random_uuid(), now() - make_interval(days => $3), 'authn_login_fail', 'FAILURE', 'API', $2)`,
  [world.workspaceId, detail, days]);
  const details = async () => (await world.rows<{ detail: string }>(
    'select detail from security_event where detail is not null order by at desc')).map(({ detail }) => detail);
  for (const days of [29, 31, 399, 401]) await write(`${days} days`, days);
  await world.rows(`insert into unplaced_security_event (id, at, type, result)
    values (gen_random_uuid(), now() - interval '401 days', 'authn_login_fail', 'FAILURE'),
      (gen_random_uuid(), now() - interval '399 days', 'authn_login_fail', 'FAILURE')`);
  await run('securityEvent.forgetOld');
  expect(await details()).toEqual(['29 days', '31 days', '399 days']);
  expect(await world.rows('select from unplaced_security_event')).toHaveLength(1);
  await run('securityEvent.forgetOld', 4_000);
  expect(await details()).toEqual(['29 days']);
});

test('dead jobs stay until somebody decides about them, and go 30 days after', async () => {
  for (const [kind, state, days] of [
    ['undecided', 'DEAD', 400], ['dismissed', 'DISMISSED', 31], ['replayed', 'REPLAYED', 31],
    ['lately', 'DISMISSED', 29],
  ] as const) {
    await world.rows(`insert into dead_job (workspace_id, id, kind, lane, ids, reason, attempts, state, enqueued_at,
        died_at, updated_at)
      values ($1, gen_random_uuid(), $2, 'work', '{}', 'X', 1, $3::dead_job_state, now(), now(),
        now() - make_interval(days => $4))`, [world.workspaceId, kind, state, days]);
  }
  await run('job.forgetDecided');
  expect(await world.rows('select kind from dead_job order by 1')).toEqual([{ kind: 'lately' }, { kind: 'undecided' }]);
});

test('answers to idempotency keys are forgotten after 48 hours, and not before', async () => {
  for (const [key, hours] of [['old', 49], ['young', 47]] as const) {
    await world.rows(`insert into idempotency_key (workspace_id, principal, mutation, key, input_hash, created_at)
      values ($1, 'member:x', 'tag.create', $2, 'x', now() - make_interval(hours => $3))`,
    [world.workspaceId, key, hours]);
  }
  await run('idempotencyKey.forgetExpired');
  expect(await world.rows('select key from idempotency_key')).toEqual([{ key: 'young' }]);
});

test('invitations go 400 days after they were accepted, taken back, or not answered in time', async () => {
  const { id: roleId } = (await world.rows<{ id: string }>(`select id from role where built_in = 'REP'`))[0]!;
  const invite = async (email: string, column: string, daysAgo: number) => {
    const [row] = await world.rows<{ id: string }>(`
      insert into invitation (workspace_id, id, email, invited_by_id, expires_at, sent_at)
      values ($1, gen_random_uuid(), $2, $3, now() + interval '7 days', now()) returning id`,
    [world.workspaceId, email, world.owner.id]);
    await world.rows('insert into invitation_role (workspace_id, invitation_id, role_id) values ($1, $2, $3)',
      [world.workspaceId, row!.id, roleId]);
    await world.rows(`update invitation set ${column} = now() - make_interval(days => $2) where id = $1`,
      [row!.id, daysAgo]);
  };
  await invite('unanswered@x.example', 'expires_at', 401);
  await invite('accepted@x.example', 'accepted_at', 401);
  await invite('lately@x.example', 'expires_at', 399);
  await invite('open@x.example', 'expires_at', -1);
  await run('invitation.forgetEnded');
  expect(await world.rows('select email from invitation order by 1')).toEqual(
    [{ email: 'lately@x.example' }, { email: 'open@x.example' }]);
  expect(await world.rows('select from invitation_role')).toHaveLength(2);
});
