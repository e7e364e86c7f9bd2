import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/**
 * Commands behind a mutation of their own making: `commandMutation` makes the others, and says which event they are.
 */
const commands = ['mailTemplateUpdate', 'mailTemplateReset', 'recordShare', 'recordUnshare', 'tagAdd', 'tagRemove'];
/** About accounts and sessions, which belong to no workspace: these stand in the security log instead. */
const aboutAccounts = [
  'signUp', 'resendSignUp', 'confirmSignUp', 'signIn', 'signOut', 'signOutEverywhere', 'endSession', 'switchWorkspace',
  'requestPasswordReset', 'setPassword', 'changePassword', 'changeEmail', 'confirmEmail', 'deleteAccount',
  'acceptInvitation',
];

test('every mutation is a command, which is audited in one place, or is about accounts', () => {
  const others = Object.values(schema.getMutationType()!.getFields())
    .filter(({ extensions }) => extensions.event === undefined).map(({ name }) => name);
  expect(others.sort()).toEqual([...commands, ...aboutAccounts].sort());
});

test('a change whose audit or event cannot be written is not made', async () => {
  const admin = world.as(world.admin);
  const made = await admin.done('tagCreate', { name: 'Before' });
  await world.rows(`create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'no room'; end $$`);
  for (const table of ['audit_entry', 'audit_change', 'outbox_event']) {
    await world.rows(`create trigger refuse before insert on ${table} for each row execute function refuse()`);
    const create = admin.mutate('tagCreate', { name: `With ${table}`, idempotencyKey: `with ${table}` });
    await expect(create, table).rejects.toThrow(/no room/);
    const update = admin.mutate('tagUpdate', { id: made.id, version: made.version, name: 'After' });
    await expect(update, table).rejects.toThrow(/no room/);
    await world.rows(`drop trigger refuse on ${table}`);
  }
  expect(await world.rows('select name from tag')).toEqual([{ name: 'Before' }]);
  expect(await world.rows(`select from idempotency_key where key like 'with %'`)).toEqual([]);
  expect(await world.audited(made.id)).toHaveLength(1);
  await admin.done('tagUpdate', { id: made.id, version: made.version, name: 'After' });
  expect((await world.audited(made.id)).at(-1)).toMatchObject({ did: 'tag.update', fields: ['name'] });
});
