import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BuiltInRole } from '../../src/auth/grants.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
const roleIds = {} as Record<BuiltInRole, string>;
beforeAll(async () => {
  world = await openWorld();
  const { roles } = await world
    .as(world.admin)
    .data<{ roles: { nodes: { id: string; builtIn: BuiltInRole }[] } }>('{ roles { nodes { id builtIn } } }');
  for (const { id, builtIn } of roles.nodes) roleIds[builtIn] = id;
});
afterAll(() => world.close());

const fields = 'id name version isActive team { id } roles { builtIn }';
const idOf = (member: WorldMember) => `member_${member.id}`;

async function versionOf(member: WorldMember): Promise<number> {
  const [row] = await world.rows<{ version: number }>('select version from member where id = $1', [member.id]);
  return row!.version;
}

function update(by: WorldMember, member: WorldMember, input: object, version = 1) {
  return world
    .as(by)
    .mutate<{ version: number; roles: { builtIn: string }[] }>(
      'memberUpdate', { id: idOf(member), version, ...input }, fields,
    );
}

test('an administrator changes name, roles and team, and the audit says which', async () => {
  const member = await world.aMember();
  const { record } = await update(world.admin, member, {
    name: ' Grace ', roleIds: [roleIds.MANAGER, roleIds.VIEWER], teamId: `team_${world.teams.south.id}`,
  });
  expect(record).toMatchObject({
    name: 'Grace',
    version: 2,
    isActive: true,
    team: { id: `team_${world.teams.south.id}` },
    roles: [{ builtIn: 'MANAGER' }, { builtIn: 'VIEWER' }],
  });
  expect(await world.audited(member.id)).toEqual([
    { by: 'Admin', did: 'member.update', fields: ['name', 'teamId', 'roles'] },
  ]);
});

test('managers, reps and viewers change no member, not even themselves', async () => {
  for (const member of [world.manager, world.rep, world.viewer]) {
    expect((await update(member, member, { name: 'Me' })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', permission: 'member.update' } },
    ]);
  }
});

test('a role counts from the next request on, and is lost in the next request', async () => {
  const member = await world.aMember({ roles: ['VIEWER'] });
  const deal = await world.aDeal({ amountMinor: 100n });
  const ask = () => world.as(member).ask(`{ deal(id: "${deal.globalId}") { amount { amountMinor } } }`);
  expect((await ask()).data).toEqual({ deal: { amount: null } });
  await update(world.admin, member, { roleIds: [roleIds.ADMIN] });
  expect((await ask()).data).toEqual({ deal: { amount: { amountMinor: '100' } } });
  await update(world.admin, member, { roleIds: [] }, 2);
  expect((await ask()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.read' } }]);
});

test('a suspended member is nobody, and his records stay', async () => {
  const member = await world.aMember();
  const deal = await world.aDeal({ owner: member });
  expect(await update(world.admin, member, { isActive: false })).toMatchObject({
    record: { isActive: false },
    userErrors: [],
  });
  expect(await world.as(member).data('{ viewer { user { name } } }')).toEqual({ viewer: null });
  expect(await world.as(world.admin).data(`{ deal(id: "${deal.globalId}") { owner { name isActive } } }`))
    .toEqual({ deal: { owner: { name: member.name, isActive: false } } });
  await update(world.admin, member, { isActive: true }, 2);
  // He is somebody again, with a new sign-in.
  expect(await world.as(member).data('{ viewer { user { name } } }')).toEqual({ viewer: null });
});

test('who is owner is for owners to say', async () => {
  const member = await world.aMember();
  const place = {
    code: 'NOT_PERMITTED',
    path: ['input', 'roleIds', '0'],
    message: expect.stringContaining('role.assignOwner'),
  };
  expect((await update(world.admin, member, { roleIds: [roleIds.OWNER] })).userErrors).toMatchObject([place]);
  expect((await update(world.admin, world.owner, { roleIds: [] })).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED', path: ['input', 'roleIds'] },
  ]);
  expect((await update(world.admin, world.owner, { isActive: false })).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED', path: ['input', 'isActive'] },
  ]);
  // Names are nobody's rights.
  expect((await update(world.admin, world.owner, { name: 'The Owner' })).userErrors).toEqual([]);
  expect(await update(world.owner, member, { roleIds: [roleIds.OWNER, roleIds.REP] })).toMatchObject({
    userErrors: [],
  });
  expect(await update(world.owner, member, { roleIds: [roleIds.REP] }, 2)).toMatchObject({ userErrors: [] });
});

test('the last owner stays one, however it is tried', async () => {
  const version = await versionOf(world.owner);
  const lastOwner = [{ code: 'LAST_OWNER', path: ['input', 'id'] }];
  expect((await update(world.owner, world.owner, { roleIds: [roleIds.ADMIN] }, version)).userErrors).toMatchObject(
    lastOwner,
  );
  expect((await update(world.owner, world.owner, { isActive: false }, version)).userErrors).toMatchObject(lastOwner);
  // Somebody without an account, or who was removed, is no owner who could sign in.
  for (const column of ['user_id = null', 'is_active = false']) {
    const other = await world.aMember({ roles: ['OWNER'] });
    await world.rows(`update member set ${column} where id = $1`, [other.id]);
    expect((await update(world.owner, world.owner, { roleIds: [] }, version)).userErrors).toMatchObject(lastOwner);
  }
});

test('of two owners who resign at the same moment, one stays', async () => {
  const second = await world.aMember({ roles: ['OWNER'] });
  const version = await versionOf(world.owner);
  // Neither can write before both have looked whether there is another owner.
  await world.rows('begin');
  await world.rows('select from member where id = any($1) for update', [[world.owner.id, second.id]]);
  const sent = [
    update(world.owner, world.owner, { roleIds: [roleIds.ADMIN] }, version),
    update(second, second, { roleIds: [roleIds.ADMIN] }),
  ];
  await world.someoneWaits(2);
  await world.rows('commit');
  const answers = await Promise.all(sent);
  expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['LAST_OWNER']);
});

test('nobody gives or takes a role that allows more than his own', async () => {
  const clerk = await world.aMember({ roles: ['VIEWER'] });
  await world.grant(clerk, [
    ...['read', 'update'].map((verb) => ({ noun: 'member', verb, reach: 'ANY' as const })),
    { noun: 'role', verb: 'read', reach: 'ANY' },
  ]);
  const member = await world.aMember({ roles: [] });
  expect(await update(clerk, member, { roleIds: [roleIds.VIEWER] })).toMatchObject({
    record: { roles: [{ builtIn: 'VIEWER' }] },
    userErrors: [],
  });
  expect((await update(clerk, member, { roleIds: [roleIds.VIEWER, roleIds.REP] }, 2)).userErrors).toMatchObject([
    {
      code: 'NOT_PERMITTED',
      path: ['input', 'roleIds', '1'],
      message: expect.stringContaining('company.create (own: '),
    },
  ]);
  expect((await update(clerk, world.rep, { roleIds: [] })).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED', path: ['input', 'roleIds'] },
  ]);
  expect((await update(clerk, world.manager, { isActive: false })).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED', path: ['input', 'isActive'] },
  ]);
  // A role that the member has already is not given again.
  const manager = await world.aMember({ roles: ['MANAGER'] });
  expect((await update(clerk, manager, { roleIds: [roleIds.MANAGER, roleIds.VIEWER] })).userErrors).toEqual([]);
});

test('whoever may only update himself does not put himself into a team', async () => {
  const climber = await world.aMember({ roles: ['REP'], teamId: world.teams.north.id });
  await world.grant(climber, [{ noun: 'member', verb: 'update', reach: 'OWN' }]);
  expect((await update(climber, climber, { name: 'Climber' })).userErrors).toEqual([]);
  expect((await update(climber, climber, { teamId: `team_${world.teams.south.id}` }, 2)).userErrors)
    .toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'teamId'] }]);
  const leader = await world.aMember({ roles: ['REP'], teamId: world.teams.north.id });
  await world.grant(leader, [{ noun: 'member', verb: 'update', reach: 'TEAM' }]);
  const below = await world.aTeam({ parentId: world.teams.north.id });
  expect((await update(leader, climber, { teamId: `team_${below.id}` }, 2)).userErrors).toEqual([]);
  expect((await update(leader, climber, { teamId: `team_${world.teams.south.id}` }, 3)).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED' },
  ]);
  expect((await update(leader, world.southRep, { name: 'Mine' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('everything that is wrong is said at once, and a late change is reported', async () => {
  const other = await world.another();
  const member = await world.aMember();
  const { userErrors } = await update(world.admin, member, {
    name: ' ',
    isActive: null,
    teamId: `team_${other.teams.north.id}`,
    roleIds: [roleIds.REP, roleIds.OWNER, 'role_01900000-0000-7000-8000-000000000000'],
  });
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['INVALID_INPUT', 'name'],
    ['INVALID_INPUT', 'isActive'],
    ['NOT_FOUND', 'teamId'],
    ['NOT_FOUND', 'roleIds.2'],
    ['NOT_PERMITTED', 'roleIds.1'],
  ]);
  await update(world.admin, member, { name: 'First' });
  expect((await update(world.admin, member, { name: 'Second' })).userErrors).toMatchObject([
    { code: 'VERSION_CONFLICT', currentVersion: 2 },
  ]);
  expect((await update(world.admin, { ...member, id: other.rep.id }, { name: 'Mine' })).userErrors).toMatchObject([
    { code: 'NOT_FOUND' },
  ]);
});

describe('to whom roles are hidden', () => {
  const secret = 'Acquisitions';
  let keeper: WorldMember;
  let roleId: string;
  beforeAll(async () => {
    keeper = await world.aMember({ roles: [] });
    await world.grant(keeper, ['read', 'update', 'delete'].map((verb) => ({ noun: 'member', verb, reach: 'ANY' })));
    const grants = [{ noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] }];
    const role = await world.as(world.admin).done<{ id: string }>('roleCreate', { name: secret, grants });
    roleId = role.id;
  });

  test('a role that is there answers as one that is not: neither its name nor what it allows is told', async () => {
    const member = await world.aMember({ roles: [] });
    const absent = await update(keeper, member, { roleIds: ['role_00000000-0000-7000-8000-000000000000'] });
    expect(absent.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    for (const id of [roleId, roleIds.OWNER, roleIds.VIEWER]) {
      expect((await update(keeper, member, { roleIds: [id] })).userErrors).toEqual(absent.userErrors);
    }
  });

  test('the refusal to take a role away, or to suspend who holds it, says nothing of it', async () => {
    const member = await world.aMember({ roles: [] });
    await update(world.owner, member, { roleIds: [roleId] });
    const named = { id: idOf(member), version: 2 };
    const taken = await world.as(keeper).mutate('memberUpdate', { ...named, roleIds: [] });
    const suspended = await world.as(keeper).mutate('memberSuspend', named);
    const owner = await world.as(keeper).mutate('memberUpdate', { id: idOf(world.owner), version: 1, roleIds: [] });
    for (const { userErrors } of [taken, suspended, owner]) {
      expect(userErrors).toMatchObject([
        { code: 'NOT_PERMITTED', message: 'Nobody gives or takes what he does not hold himself.' },
      ]);
    }
  });
});
