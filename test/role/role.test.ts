import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInGrants } from '../../src/auth/policies/index.ts';
import { type World, type WorldGrant, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Role = { id: string; version: number };
const fields = 'id name version builtIn isBuiltIn grants { noun verb reach fieldGroups }';
const readDeals: WorldGrant = { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] };
const create = (by: WorldMember, name: string, grants: WorldGrant[]) =>
  world.as(by).mutate<Role>('roleCreate', { name, grants }, fields);
const give = async (member: WorldMember, role: Role) => {
  await world.rows('insert into member_role (workspace_id, member_id, role_id) values ($1, $2, $3)', [
    world.workspaceId,
    member.id,
    role.id.slice(5),
  ]);
};

test('an administrator makes a role of grants, which its members have in their next request', async () => {
  const { record } = await create(world.admin, ' Controller ', [
    readDeals,
    { noun: 'company', verb: 'read', reach: 'OWN' },
  ]);
  expect(record).toMatchObject({ name: 'Controller', version: 1, builtIn: null, isBuiltIn: false, grants: [
    { noun: 'company', verb: 'read', reach: 'OWN', fieldGroups: ['core'] },
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['core', 'financial'] },
  ] });
  expect(await world.audited(record!.id)).toMatchObject([{ by: 'Admin', did: 'role.create' }]);
  const member = await world.aMember({ roles: [] });
  const deal = await world.aDeal({ amountMinor: 5n, notes: 'Secret' });
  const ask = () => world.as(member).ask(`{ deal(id: "${deal.globalId}") { amount { amountMinor } notes } }`);
  expect((await ask()).data).toEqual({ deal: null });
  await give(member, record!);
  expect((await ask()).data).toEqual({ deal: { amount: { amountMinor: '5' }, notes: null } });
  await world.as(world.admin).done('roleUpdate', { id: record!.id, version: 1, grants: [] });
  expect((await ask()).data).toEqual({ deal: null });
});

test('only those who administer see roles and make them', async () => {
  for (const member of [world.manager, world.rep, world.viewer]) {
    const api = world.as(member);
    expect((await api.ask('{ roles { nodes { name } } }')).errors).toMatchObject([
      { extensions: { permission: 'role.read' } },
    ]);
    expect((await create(member, 'Mine', [])).errors).toMatchObject([{ extensions: { permission: 'role.create' } }]);
  }
});

test('the built-in roles say what they allow, and stay as they are', async () => {
  const { roles } = await world
    .as(world.owner)
    .data<{ roles: { nodes: { id: string; builtIn: 'REP'; version: number; grants: object[] }[] } }>(
      `{ roles(where: { builtIn: { isNull: false } }) { nodes { ${fields} } } }`,
    );
  expect(roles.nodes.map(({ builtIn }) => builtIn).sort()).toEqual(['ADMIN', 'MANAGER', 'OWNER', 'REP', 'VIEWER']);
  for (const { id, version, builtIn, grants } of roles.nodes) {
    expect(grants).toHaveLength(builtInGrants(builtIn).length);
    for (const [mutation, input] of [['roleUpdate', { name: 'Mine' }], ['roleDelete', {}]] as const) {
      expect((await world.as(world.owner).mutate(mutation, { id, version, ...input })).userErrors)
        .toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'id'] }]);
    }
  }
});

test('everything that is wrong is said at once', async () => {
  await create(world.admin, 'Taken', []);
  const { userErrors } = await create(world.admin, 'TAKEN', [
    { noun: 'toString', verb: 'read', reach: 'ANY' },
    { noun: 'deal', verb: 'fly', reach: 'ANY' },
    { noun: 'product', verb: 'read', reach: 'TEAM' },
    { noun: 'member', verb: 'read', reach: 'OWN', fieldGroups: ['account', 'financial'] },
  ]);
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['INVALID_INPUT', 'grants.0.noun'], ['INVALID_INPUT', 'grants.1.verb'], ['INVALID_INPUT', 'grants.2.reach'],
    ['INVALID_INPUT', 'grants.3.fieldGroups.1'], ['TAKEN', 'name'],
  ]);
});

test('nobody grants what he does not hold: not the verb, nor the reach, nor the fields', async () => {
  const maker = await world.aMember({ roles: ['REP'] });
  await world.grant(maker, [
    ...['read', 'create', 'update'].map((verb) => ({ noun: 'role', verb, reach: 'ANY' as const })),
    { noun: 'deal', verb: 'read', reach: 'TEAM', fieldGroups: ['financial'] },
  ]);
  const may: WorldGrant[][] = [
    [],
    [{ noun: 'deal', verb: 'read', reach: 'TEAM', fieldGroups: ['financial'] }],
    [{ noun: 'deal', verb: 'read', reach: 'OWN', fieldGroups: ['internal'] }],
    [{ noun: 'deal', verb: 'move', reach: 'OWN', fieldGroups: ['financial', 'internal'] }],
    [{ noun: 'company', verb: 'read', reach: 'ANY' }],
  ];
  const mayNot: WorldGrant[] = [
    { noun: 'deal', verb: 'delete', reach: 'OWN' },
    { noun: 'deal', verb: 'read', reach: 'ANY' },
    { noun: 'deal', verb: 'read', reach: 'TEAM', fieldGroups: ['internal'] },
    { noun: 'company', verb: 'read', reach: 'ANY', fieldGroups: ['internal'] },
    { noun: 'role', verb: 'assignOwner', reach: 'ANY' },
    { noun: 'deal', verb: 'moveAgainstRules', reach: 'OWN' },
  ];
  for (const [at, grants] of may.entries()) expect((await create(maker, `May ${at}`, grants)).userErrors).toEqual([]);
  for (const [at, each] of mayNot.entries()) {
    const { userErrors } = await create(maker, `May not ${at}`, [each]);
    expect(userErrors).toMatchObject([
      {
        code: 'NOT_PERMITTED',
        path: ['input', 'grants'],
        message: expect.stringContaining(`${each.noun}.${each.verb}`),
      },
    ]);
  }
  expect((await create(world.admin, 'Transfers', [{ noun: 'workspace', verb: 'transfer', reach: 'ANY' }])).userErrors)
    .toMatchObject([{ code: 'NOT_PERMITTED' }]);
  expect(
    (await create(world.owner, 'Transfers', [{ noun: 'workspace', verb: 'transfer', reach: 'ANY' }])).userErrors,
  ).toEqual([]);
});

test('what a role has already may stay, and become less, whoever changes it', async () => {
  const { record } = await create(world.owner, 'Wide', [
    { noun: 'deal', verb: 'delete', reach: 'ANY' },
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial', 'internal'] },
  ]);
  const maker = await world.aMember({ roles: [] });
  await world.grant(maker, ['read', 'update'].map((verb) => ({ noun: 'role', verb, reach: 'ANY' as const })));
  const api = world.as(maker);
  await api.done('roleUpdate', { id: record!.id, version: 1, name: 'Less wide' });
  const less = [
    { noun: 'deal', verb: 'delete', reach: 'TEAM' },
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['internal'] },
  ];
  expect(await api.done(
    'roleUpdate', { id: record!.id, version: 2, grants: less }, 'version grants { verb reach fieldGroups }',
  )).toEqual({
    version: 3,
    grants: [
      { verb: 'delete', reach: 'TEAM', fieldGroups: ['core'] },
      { verb: 'read', reach: 'ANY', fieldGroups: ['core', 'internal'] },
    ],
  });
  const more = [{ noun: 'deal', verb: 'delete', reach: 'ANY' }];
  expect((await api.mutate('roleUpdate', { id: record!.id, version: 3, grants: more })).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED' },
  ]);
  expect((await world.audited(record!.id)).map(({ did, fields: changed }) => [did, changed])).toEqual([
    ['role.create', ['name', 'grants']], ['role.update', ['name']], ['role.update', ['grants']],
  ]);
});

test('a role that somebody has stays, and says of how many', async () => {
  const { record } = await create(world.admin, 'Held', [readDeals]);
  const member = await world.aMember();
  await give(member, record!);
  const remove = () =>
    world
      .as(world.admin)
      .ask<{ roleDelete: { userErrors: object[] } }>(
        `mutation { roleDelete(input: { id: "${record!.id}", version: 1 }) {
          userErrors { code path ... on InUse { count } } } }`,
      );
  expect((await remove()).data!.roleDelete.userErrors).toEqual([{ code: 'IN_USE', path: ['input', 'id'], count: 1 }]);
  await world.rows('delete from member_role where role_id = $1', [record!.id.slice(5)]);
  expect((await remove()).data!.roleDelete.userErrors).toEqual([]);
  expect(await world.as(world.admin).data(`{ role(id: "${record!.id}") { id } }`)).toEqual({ role: null });
  expect(await world.rows('select 1 from role_grant where role_id = $1', [record!.id.slice(5)])).toEqual([]);
});

test('who may delete roles and read no stages is not told which roles stages ask for', async () => {
  const [passing, other] = [await create(world.admin, 'Passing', []), await create(world.admin, 'Other', [])];
  const stage = `stage_${Object.values(world.pipelines.deal.stages)[0]!}`;
  await world.as(world.admin).done('stageUpdate', { id: stage, version: 1, enterRoleIds: [passing.record!.id] });
  const clerk = await world.aMember({ roles: [] });
  await world.grant(clerk, [
    { noun: 'role', verb: 'read', reach: 'ANY' }, { noun: 'role', verb: 'delete', reach: 'ANY' },
    { noun: 'member', verb: 'read', reach: 'ANY' },
  ]);
  const answers = [];
  for (const { record } of [passing, other]) {
    answers.push(await world.as(clerk).mutate('roleDelete', { id: record!.id, version: 1 }, 'id'));
  }
  expect(answers[0]).toMatchObject({ record: null, userErrors: [{ code: 'NOT_PERMITTED', path: ['input', 'id'] }] });
  expect(answers[0]!.userErrors[0]!.message).toContain('stage.read');
  expect(answers[1]).toEqual(answers[0]);
});

test('a role changed meanwhile is reported, and one of another workspace is not there', async () => {
  const { record } = await create(world.admin, 'Versioned', []);
  await world.as(world.admin).done('roleUpdate', { id: record!.id, version: 1, name: 'Versioned 2' });
  for (const [mutation, input] of [['roleUpdate', { name: 'x' }], ['roleDelete', {}]] as const) {
    expect((await world.as(world.admin).mutate(mutation, { id: record!.id, version: 1, ...input })).userErrors)
      .toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
  }
  const other = await world.another();
  expect(
    (await other.as(other.admin).mutate('roleUpdate', { id: record!.id, version: 2, name: 'Mine' })).userErrors,
  ).toMatchObject([{ code: 'NOT_FOUND' }]);
});
