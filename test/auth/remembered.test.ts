import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';
import { type IdentityWorld, openIdentityWorld } from './identity-world.ts';

let world: IdentityWorld;
let workspaceId: string;
beforeAll(async () => {
  world = await openIdentityWorld();
  ({ workspaceId } = await world.aWorkspace());
});
afterAll(() => world.close());

/** Read in every look-up, however much is remembered. */
const readEachTime = ['api_key', 'member', 'record_share', 'session'];

test('every table that a principal is put together from is read each time, or changes the stamp', async () => {
  const bodies = await world.asOwner(
    `select string_agg(prosrc, ' ') as text from pg_proc
       where pronamespace = 'gatehouse'::regnamespace and (proname like 'principal_of%' or proname = 'shared_nouns')`);
  const tables = new Set([...bodies[0]!.text!.matchAll(/(?:from|join) gatehouse\."?(\w+)/g)].map(([, name]) => name!));
  // principal_of_member, for programs, finds people by their address; of security events a key's look-up makes one.
  for (const other of ['user', 'security_event']) expect(tables.delete(other)).toBe(true);
  for (const name of readEachTime) expect(tables.delete(name), name).toBe(true);
  const triggers = await world.asOwner(
    `select tgrelid::regclass::text as table, string_agg(distinct upper(split_part(tgname, '_', 3)), ' ') as on
       from pg_trigger where tgfoid = 'gatehouse.stamp_rights'::regproc and tgenabled = 'O' group by 1`);
  expect(triggers.filter((each) => each.on === 'DELETED INSERTED TRUNCATED UPDATED').map((each) => each.table).sort())
    .toEqual([...tables].filter((name) => name !== 'workspace').sort());
  expect(await world.asOwner(
    `select tgtype from pg_trigger where tgname = 'workspace_stamp_rights' and tgenabled = 'O' and tgtype = 19`))
    .toHaveLength(1); // before update, for each row
});

describe('another stamp comes with', () => {
  let crm: World;
  beforeAll(async () => {
    crm = await openWorld();
    const roleId = await crm.grant(crm.rep, [{ noun: 'deal', verb: 'read', reach: 'ANY' }]);
    await crm.rows(
      `insert into api_key (workspace_id, id, member_id, name, prefix, token_hash, expires_at)
         values ($1, $2, $3, 'Key', 'p', repeat('a', 64), now() + interval '1 day')`,
         [crm.workspaceId, roleId, crm.rep.id]);
    await crm.rows(
      `insert into api_key_grant (workspace_id, id, api_key_id, noun, verb, reach)
         values ($1, $2, $2, 'deal', 'read', 'ANY')`, [crm.workspaceId, roleId]);
  });
  afterAll(() => crm.close());

  const stamp = async () => (
    await crm.rows<{ stamp: string }>('select rights_stamp as stamp from workspace where id = $1', [crm.workspaceId])
  )[0]!.stamp;

  test.each([
    ['a new team', `insert into team (workspace_id, id, name) select current_workspace_id(), gen_random_uuid(), 'New'`],
    [
      'a team moved',
      `update team set parent_id = (select id from team where name <> 'New' limit 1) where name = 'New'`,
    ],
    ['a team gone', `delete from team where name = 'New'`],
    ['a role renamed', `update role set name = name || '!' where built_in is null`],
    ['another grant', `insert into role_grant (workspace_id, id, role_id, noun, verb, reach)
      select workspace_id, gen_random_uuid(), id, 'deal', 'update', 'ANY' from role where built_in is null`],
    ['a grant changed', `update role_grant set reach = 'OWN'`],
    ['a grant gone', `delete from role_grant where verb = 'update'`],
    ['all grants gone', 'truncate role_grant'],
    ['a role given', `insert into member_role (workspace_id, member_id, role_id)
      select workspace_id, (select id from member order by id limit 1), id from role where built_in is null`],
    ['a role taken', 'delete from member_role where role_id in (select id from role where built_in is null)'],
    ['a role gone', 'delete from role where built_in is null'],
    ['a key\'s grant changed', `update api_key_grant set reach = 'OWN'`],
    ['a key\'s grant gone', 'delete from api_key_grant'],
    ['a change of the workspace itself', `update workspace set time_zone = 'Europe/Berlin'`],
    [
      'a stamp that somebody sets by hand',
      `update workspace set rights_stamp = '00000000-0000-0000-0000-000000000000'`,
    ],
  ])('%s', async (_what, statement) => {
    const before = await stamp();
    await crm.rows(statement);
    const after = await stamp();
    expect(after).not.toBe(before);
    expect(after).not.toMatch(/^0+-/);
  });

  test('no other workspace\'s changes, and none that changes nothing', async () => {
    const other = await crm.another();
    const before = await stamp();
    await other.aTeam();
    await crm.rows('delete from team where false');
    expect(await stamp()).toBe(before);
  });
});

const roleOf = (token: string) => world.whoIs(token).then(({ principal }) => principal?.roles.map(({ name }) => name));

test('what is remembered holds until the change is committed, and not a moment longer', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: ['ADMIN'] });
  const token = await world.signedIn(email);
  expect(await roleOf(token)).toEqual(['Admin']);
  const changing = world.database.transaction(workspaceId, async (tx) => {
    await tx.memberRole.deleteMany({ where: { memberId } });
    expect(await roleOf(token)).toEqual(['Admin']);
  });
  await changing;
  expect(await roleOf(token)).toEqual([]);
});

test('a change that is taken back leaves everything as it was', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: ['ADMIN'] });
  const token = await world.signedIn(email);
  expect(await roleOf(token)).toEqual(['Admin']);
  await expect(world.database.transaction(workspaceId, async (tx) => {
    await tx.memberRole.deleteMany({ where: { memberId } });
    throw new Error('No.');
  })).rejects.toThrow('No.');
  expect(await roleOf(token)).toEqual(['Admin']);
});

test('of look-ups in the middle of changes none remembers what has just gone', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: [] });
  const token = await world.signedIn(email);
  const roles = await world.asOwner(`select id from role where built_in = 'VIEWER'`, [], workspaceId);
  const row = { workspaceId, memberId, roleId: roles[0]!.id! };
  let isOver = false;
  const busy = Array.from({ length: 4 }, async () => {
    while (!isOver) await roleOf(token);
  });
  for (let turn = 0; turn < 40; turn += 1) {
    await world.database.transaction(workspaceId, (tx) => tx.memberRole.create({ data: row }));
    expect(await roleOf(token)).toEqual(['Viewer']);
    await world.database.transaction(workspaceId, (tx) => tx.memberRole.deleteMany({ where: { memberId } }));
    expect(await roleOf(token)).toEqual([]);
  }
  isOver = true;
  await Promise.all(busy);
});

test('members of one workspace get their roles side by side', async () => {
  const { email, memberId } = await world.aMember(workspaceId, { roles: [] });
  expect(await roleOf(await world.signedIn(email))).toEqual([]);
  const roles = await world.asOwner(`select id from role where built_in = 'VIEWER'`, [], workspaceId);
  // A transaction that writes records links each of them to the workspace; nobody who changes rights waits for it.
  await world.database.transaction(workspaceId, async (tx) => {
    const ids = { workspaceId, id: crypto.randomUUID() };
    await tx.company.create({ data: { ...ids, name: 'Busy', currency: 'EUR' } });
    await world.database.transaction(workspaceId, (other) => (
      other.memberRole.create({ data: { workspaceId, memberId, roleId: roles[0]!.id! } })));
    await tx.company.create({ data: { ...ids, id: crypto.randomUUID(), name: 'Busy too', currency: 'EUR' } });
  });
  expect(await roleOf(await world.signedIn(email))).toEqual(['Viewer']);
});
