import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMember } from '../../src/services/member/create-member.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let roleIds: Record<string, string>;
beforeAll(async () => {
  world = await openWorld();
  const roles = await world.rows<{ id: string; built_in: string }>('select id, built_in from role');
  roleIds = Object.fromEntries(roles.map(({ id, built_in: builtIn }) => [builtIn, id]));
});
afterAll(() => world.close());

test('members are made without an account, with team, roles and external ids', async () => {
  const results = await createMember.runBatch(await world.contextOf(world.admin, 'IMPORT'), [
    { name: ' Darcel Schlecht ', email: ' Darcel@Example.com', teamId: world.teams.north.id, roleIds: [roleIds.REP!],
      externalReferences: [{ source: 'maven', key: 'Darcel Schlecht' }] },
    { name: 'Moses Frase' },
  ]);
  expect(results.map(({ userErrors }) => userErrors)).toEqual([[], []]);
  const { member } = await world
    .as(world.admin)
    .data<{ member: object }>(
      `{ member(id: "member_${results[0]!.recordId}") {
        name email isActive team { id } roles { builtIn } externalReferences { source key } } }`,
    );
  expect(member).toEqual({
    name: 'Darcel Schlecht',
    email: 'darcel@example.com',
    isActive: true,
    team: { id: `team_${world.teams.north.id}` },
    roles: [{ builtIn: 'REP' }],
    externalReferences: [{ source: 'maven', key: 'Darcel Schlecht' }],
  });
  expect(await world.audited(results[1]!.recordId!)).toMatchObject([{ by: 'Admin', did: 'member.create' }]);
});

test('every row is refused for all that is wrong with it, the others are written', async () => {
  const foreign = (await world.another()).teams.north.id;
  const results = await createMember.runBatch(await world.contextOf(world.admin, 'IMPORT'), [
    { name: ' ', email: 'no address', teamId: foreign, roleIds: [roleIds.OWNER!] },
    { name: 'Right', email: 'right@example.com' },
    { name: 'Twice', email: 'RIGHT@example.com' },
    { name: 'Known', email: world.rep.email },
  ]);
  expect(
    results.map(({ userErrors }) => userErrors.map(({ code, path }) => `${code} ${path.slice(1).join('.')}`)),
  ).toEqual([
    ['INVALID_INPUT name', 'INVALID_INPUT email', 'NOT_FOUND teamId', 'NOT_PERMITTED roleIds.0'],
    [],
    ['TAKEN email'],
    ['TAKEN email'],
  ]);
});

test('a batch is a few statements, however many there are in it', async () => {
  const context = await world.contextOf(world.admin, 'IMPORT');
  const statements = async (count: number) => {
    const before = world.database.statementCount;
    const results = await createMember.runBatch(
      context,
      Array.from({ length: count }, (_each, at) => ({
        name: `M${at}`,
        email: `m${count}-${at}@example.com`,
        teamId: world.teams.north.id,
        roleIds: [roleIds.REP!],
      })),
    );
    expect(results.every(({ recordId }) => recordId)).toBe(true);
    return world.database.statementCount - before;
  };
  expect(await statements(100)).toBe(await statements(2));
});

test('managers make no members; who makes some cannot give more than he has, nor addresses he cannot see', async () => {
  await expect(createMember.runBatch(await world.contextOf(world.manager), [{ name: 'x' }])).rejects.toThrow(
    'member.import',
  );
  await expect(createMember.run(await world.contextOf(world.manager), { name: 'x' })).rejects.toThrow('member.create');
  const clerk = await world.aMember({ roles: ['VIEWER'] });
  await world.grant(clerk, [
    ...['read', 'create'].map((verb) => ({ noun: 'member', verb, reach: 'ANY' as const })),
    { noun: 'role', verb: 'read', reach: 'ANY' },
  ]);
  const { userErrors } = await createMember.run(await world.contextOf(clerk), {
    name: 'New',
    email: 'new@example.com',
    roleIds: [roleIds.VIEWER!, roleIds.REP!],
  });
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['NOT_PERMITTED', 'email'],
    ['NOT_PERMITTED', 'roleIds.1'],
  ]);
});
