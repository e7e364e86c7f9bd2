import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import { NoRecipientError, queueMail } from '../../src/mail/queue-mail.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const tokenId = '01920000-0000-7000-8000-000000000001';
const invitation = {
  template: 'invitation', to: { address: 'Ada@Example.com', name: 'Ada Adams' },
  variables: { inviter: 'Olive Owner', lifetimeMinutes: 10_080 },
  link: { path: '/accept', tokenId, purpose: 'INVITATION' },
} as const;

test('a mail is kept with ids and values, in the workspace\'s language, and its timeline begins', async () => {
  const id = await world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, invitation));
  expect(await world.rows('select * from mail where id = $1', [id])).toMatchObject([{
    workspace_id: world.workspaceId, template: 'invitation', locale: 'en', to_address: 'ada@example.com',
    to_name: 'Ada Adams', variables: { inviter: 'Olive Owner', lifetimeMinutes: 10_080 }, link_path: '/accept',
    link_token_id: tokenId,
    status: 'QUEUED', attempts: 0,
  }]);
  expect(await world.rows('select kind, attempt, answer from mail_event where mail_id = $1', [id])).toEqual(
    [{ kind: 'QUEUED', attempt: null, answer: null }]);
});

test('ids and the time come from where all of them come from, those of its job too', async () => {
  const made: string[] = [];
  const at = new Date('2026-11-22T12:00:00.123Z');
  const services = {
    now: () => at,
    newId() {
      made.push(world.services.newId());
      return made.at(-1)!;
    },
  };
  const id = await world.database.transaction(world.workspaceId, (tx) => queueMail(tx, services, invitation));
  const [mail] = await world.rows('select next_attempt_at, created_at, updated_at from mail where id = $1', [id]);
  expect(mail).toEqual({ next_attempt_at: at, created_at: at, updated_at: at });
  const [event] = await world.rows<{ id: string; at: Date }>('select id, at from mail_event where mail_id = $1', [id]);
  expect(event!.at).toEqual(at);
  const [job] = await world.rows<{ id: string; job: string }>(
    `select id, data ->> 'jobId' as job from gatehouse_jobs.job_common where data -> 'ids' ->> 'mailId' = $1`, [id]);
  expect([id, event!.id, job!.job, job!.id]).toEqual(made);
});

test('what is rolled back was never queued', async () => {
  const count = async () => (await world.rows<{ count: string }>('select count(*) from mail'))[0]!.count;
  const before = await count();
  await expect(world.database.transaction(world.workspaceId, async (tx) => {
    await queueMail(tx, world.services, invitation);
    throw new Error('thought better of it');
  })).rejects.toThrow('thought better of it');
  expect(await count()).toBe(before);
});

test('mails of no workspace are behind the wall of one that has no members', async () => {
  const id = await world.database.transaction(platformWorkspaceId, (tx) => queueMail(tx, world.services, {
    template: 'reset-password', to: { address: 'ada@example.com' }, variables: { lifetimeMinutes: 60 },
    link: { path: '/reset-password', tokenId, purpose: 'RESET_PASSWORD' },
  }));
  expect(await world.rows('select from mail where id = $1', [id])).toEqual([]);
  const { mail, members } = await world.database.transaction(platformWorkspaceId, async (tx) => ({
    mail: await tx.mail.findFirst({ where: { id } }), members: await tx.member.count(),
  }));
  expect(mail).toMatchObject({ toAddress: 'ada@example.com', toName: null });
  expect(members).toBe(0);
});

describe('an address that is not one recipient is refused', () => {
  test.each([
    'b@x.example\r\nRCPT TO:<evil@x.example>', 'a@x.example, b@x.example', 'a@x.example;b@x.example',
    '"x@evil.example, y"@x.example', '"a b"@x.example', 'Ada <a@x.example>', 'a@x.example>', 'a@x.example\0', '', '@',
    'a@x.example\u2028b@x.example', 'a@[127.0.0.1]',
  ])('%j', async (address) => {
    await expect(world.database.transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
      ...invitation, to: { address },
    }))).rejects.toThrow(NoRecipientError);
  });
});
