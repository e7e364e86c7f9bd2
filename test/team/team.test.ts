import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTeam } from '../../src/services/team/create-team.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Team = { id: string; version: number };
const create = (name: string, parentId?: string) =>
  world.as(world.admin).done<Team>('teamCreate', { name, ...(parentId ? { parentId } : {}) });

test('an administrator makes teams below teams; nobody else does', async () => {
  const top = await create('Europe');
  const below = await world
    .as(world.admin)
    .done<Team>('teamCreate', { name: 'Germany', parentId: top.id }, 'id name parent { name } version');
  expect(below).toMatchObject({ name: 'Germany', parent: { name: 'Europe' }, version: 1 });
  expect(await world.audited(below.id)).toMatchObject([{ by: 'Admin', did: 'team.create' }]);
  for (const member of [world.manager, world.rep, world.viewer]) {
    const api = world.as(member);
    expect(await api.data('query($id: ID!) { team(id: $id) { name } }', { id: top.id })).toEqual({
      team: { name: 'Europe' },
    });
    expect((await api.mutate('teamCreate', { name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'team.create' } },
    ]);
    expect((await api.mutate('teamUpdate', { id: top.id, version: 1, name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'team.update' } },
    ]);
    expect((await api.mutate('teamDelete', { id: top.id, version: 1 })).errors).toMatchObject([
      { extensions: { permission: 'team.delete' } },
    ]);
  }
});

test('a name is taken below the same team only', async () => {
  const [left, right] = [await create('Left'), await create('Right')];
  await create('Sales', left.id);
  expect((await world.as(world.admin).mutate('teamCreate', { name: 'SALES', parentId: left.id })).userErrors)
    .toMatchObject([{ code: 'TAKEN', path: ['input', 'name'] }]);
  const other = await create('Sales', right.id);
  expect((await world.as(world.admin).mutate('teamUpdate', { id: other.id, version: 1, parentId: left.id })).userErrors)
    .toMatchObject([{ code: 'TAKEN' }]);
});

test('no team stands below itself', async () => {
  const top = await create('Top');
  const middle = await create('Middle', top.id);
  const bottom = await create('Bottom', middle.id);
  for (const parentId of [top.id, middle.id, bottom.id]) {
    const { userErrors } = await world.as(world.admin).mutate('teamUpdate', { id: top.id, version: 1, parentId });
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'parentId'] }]);
  }
  expect(
    await world
      .as(world.admin)
      .done('teamUpdate', { id: bottom.id, version: 1, parentId: null }, 'parent { name } version'),
  ).toEqual({ parent: null, version: 2 });
});

test('two moves at once do not close a circle', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [one, two] = [await create(`One ${round}`), await create(`Two ${round}`)];
    const answers = await Promise.all([
      world.as(world.admin).mutate('teamUpdate', { id: one.id, version: 1, parentId: two.id }),
      world.as(world.admin).mutate('teamUpdate', { id: two.id, version: 1, parentId: one.id }),
    ]);
    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['INVALID_INPUT']);
  }
});

test('everything that is wrong is said at once, and a late change is reported', async () => {
  const foreign = `team_${(await world.another()).teams.north.id}`;
  const { userErrors } = await world.as(world.admin).mutate('teamCreate', { name: ' ', parentId: foreign });
  expect(userErrors.map(({ code, path }) => [code, path[1]])).toEqual([
    ['INVALID_INPUT', 'name'],
    ['NOT_FOUND', 'parentId'],
  ]);
  const team = await create('Before');
  await world.as(world.admin).done('teamUpdate', { id: team.id, version: 1, name: 'After' });
  expect((await world.as(world.admin).mutate('teamUpdate', { id: team.id, version: 1, name: 'Late' })).userErrors)
    .toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
});

test('a team with members or teams below it stays, and says how many', async () => {
  const team = await create('Full');
  const below = await create('Below', team.id);
  await world.aMember({ teamId: team.id.slice(5) });
  const { data } = await world
    .as(world.admin)
    .ask<{ teamDelete: { userErrors: object[] } }>(
      `mutation { teamDelete(input: { id: "${team.id}", version: 1 }) {
        userErrors { code path ... on InUse { count } } } }`,
    );
  expect(data!.teamDelete.userErrors).toEqual([
    { code: 'IN_USE', path: ['input', 'id'], count: 1 }, { code: 'IN_USE', path: ['input', 'id'], count: 1 },
  ]);
  expect((await world.as(world.admin).mutate('teamDelete', { id: below.id, version: 1 })).userErrors).toEqual([]);
});

test('a team comes back from the bin below its team, once that is there again', async () => {
  const top = await create('Restored top');
  const below = await create('Restored below', top.id);
  const api = world.as(world.admin);
  await api.mutate('teamDelete', { id: below.id, version: 1 });
  await api.mutate('teamDelete', { id: top.id, version: 1 });
  expect((await api.mutate('teamRestore', { id: below.id, version: 2 })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
  await api.done('teamRestore', { id: top.id, version: 2 });
  expect(await api.done('teamRestore', { id: below.id, version: 2 }, 'parent { name } version')).toEqual({
    parent: { name: 'Restored top' }, version: 3,
  });
});

test('who may delete teams and cannot see members learns nothing of them', async () => {
  const keeper = await world.aMember({ roles: [] });
  await world.grant(keeper, ['read', 'delete'].map((verb) => ({ noun: 'team', verb, reach: 'ANY' as const })));
  const [empty, full] = [await create('Empty'), await create('Not empty')];
  await world.aMember({ teamId: full.id.slice(5) });
  const answers = await Promise.all(
    [empty, full].map(({ id }) => world.as(keeper).mutate('teamDelete', { id, version: 1 })),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]!.userErrors).toMatchObject([{ code: 'NOT_PERMITTED' }]);
});

test('a manager reaches what is owned in a team that was put below his, while it is there', async () => {
  const team = await create('Moved');
  const member = await world.aMember({ teamId: team.id.slice(5) });
  const deal = await world.aDeal({ owner: member });
  const sees = async () =>
    (await world.as(world.manager).data<{ deal: object | null }>(`{ deal(id: "${deal.globalId}") { id } }`)).deal !==
    null;
  expect(await sees()).toBe(false);
  await world.as(world.admin).done('teamUpdate', { id: team.id, version: 1, parentId: `team_${world.teams.north.id}` });
  expect(await sees()).toBe(true);
  await world.as(world.admin).done('teamUpdate', { id: team.id, version: 2, parentId: null });
  expect(await sees()).toBe(false);
});

test('a batch is a few statements, however many there are in it', async () => {
  const context = await world.contextOf(world.admin, 'IMPORT');
  const statements = async (count: number) => {
    const before = world.database.statementCount;
    const parentId = world.teams.south.id;
    const results = await createTeam.runBatch(
      context,
      Array.from({ length: count }, (_each, at) => ({ name: `Batch ${count} ${at}`, parentId })),
    );
    expect(results.every(({ recordId }) => recordId)).toBe(true);
    return world.database.statementCount - before;
  };
  expect(await statements(100)).toBe(await statements(2));
});
