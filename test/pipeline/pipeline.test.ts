import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Pipeline = { id: string; version: number; position: number };
const stages = [{ name: 'New', probability: 10 }, { name: 'Won', status: 'WON' }, { name: 'Lost', status: 'LOST' }];

async function pipelines(): Promise<[string, number][]> {
  const { pipelines: { nodes } } = await world
    .as(world.admin)
    .data<{ pipelines: { nodes: { name: string; position: number }[] } }>('{ pipelines { nodes { name position } } }');
  return nodes.map(({ name, position }) => [name, position]);
}

test('an administrator makes a pipeline with its stages; nobody else does', async () => {
  const pipeline = await world
    .as(world.admin)
    .done<Pipeline>(
      'pipelineCreate', { name: 'Renewals', kind: 'DEAL', stages },
      'id name kind position version stages { name status probability position }',
    );
  expect(pipeline).toMatchObject({
    name: 'Renewals',
    kind: 'DEAL',
    position: 2,
    version: 1,
    stages: [
      { name: 'New', status: 'OPEN', probability: 10, position: 0 },
      { name: 'Won', status: 'WON', probability: 100, position: 1 },
      { name: 'Lost', status: 'LOST', probability: 0, position: 2 },
    ],
  });
  expect(await world.audited(pipeline.id)).toMatchObject([{ by: 'Admin', did: 'pipeline.create' }]);
  for (const member of [world.manager, world.rep, world.viewer]) {
    const api = world.as(member);
    const named = { id: pipeline.id, version: 1 };
    expect((await api.mutate('pipelineCreate', { name: 'Mine', kind: 'DEAL' })).errors).toMatchObject([
      { extensions: { permission: 'pipeline.create' } },
    ]);
    expect((await api.mutate('pipelineUpdate', { ...named, name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'pipeline.update' } },
    ]);
    expect((await api.mutate('pipelineDelete', named)).errors).toMatchObject([
      { extensions: { permission: 'pipeline.delete' } },
    ]);
  }
});

test('a deal goes through a new pipeline', async () => {
  const { stages: [first, won] } = await world.as(world.admin).done<{ stages: { id: string }[] }>(
    'pipelineCreate', { name: 'Through', kind: 'DEAL', stages }, 'stages { id }');
  const deal = await world
    .as(world.rep)
    .done<{ id: string; version: number }>('dealCreate', { title: 'Deal', stageId: first!.id });
  expect(await world.as(world.rep).done('dealMove', { ...deal, stageId: won!.id }, 'stage { name } pipeline { name }'))
    .toEqual({ stage: { name: 'Won' }, pipeline: { name: 'Through' } });
});

test('everything that is wrong is said at once', async () => {
  const { userErrors } = await world
    .as(world.admin)
    .mutate('pipelineCreate', {
      name: 'sales',
      kind: 'DEAL',
      position: -1,
      stages: [
        { name: 'Won', status: 'WON', probability: 90 },
        { name: ' ' },
        { name: 'won', status: 'LOST', probability: 1 },
        { name: 'X', probability: 101 },
      ],
    });
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['INVALID_INPUT', 'position'], ['TAKEN', 'name'], ['INVALID_INPUT', 'stages.0.probability'],
    ['INVALID_INPUT', 'stages.1.name'], ['INVALID_INPUT', 'stages.1.status'],
    ['INVALID_INPUT', 'stages.2.probability'], ['TAKEN', 'stages.2.name'],
    ['INVALID_INPUT', 'stages.3.probability'], ['INVALID_INPUT', 'stages.3.status'],
  ]);
});

test('pipelines keep places without gaps, wherever one is put', async () => {
  const api = world.as(world.admin);
  const other = await world.another();
  const first = await api.done<Pipeline>(
    'pipelineCreate', { name: 'First', kind: 'LEAD', position: 0 }, 'id version position',
  );
  const dense = async () =>
    expect((await pipelines()).map(([, position]) => position)).toEqual([...(await pipelines()).keys()]);
  expect((await pipelines())[0]).toEqual(['First', 0]);
  await dense();
  const moved = await api.done<Pipeline>(
    'pipelineUpdate', { id: first.id, version: 1, position: 2 }, 'id version position',
  );
  expect(moved).toMatchObject({ position: 2, version: 2 });
  expect((await pipelines())[2]).toEqual(['First', 2]);
  await dense();
  await api.mutate('pipelineDelete', { id: first.id, version: 2 });
  await dense();
  expect(await api.done('pipelineRestore', { id: first.id, version: 3 }, 'position version')).toEqual({
    position: 2,
    version: 4,
  });
  await dense();
  expect((await api.mutate('pipelineUpdate', { id: first.id, version: 4, position: 99 })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
  expect(await other.rows('select version from pipeline where version > 1')).toEqual([]);
});

test('many put at the first place at once all get one', async () => {
  await Promise.all(
    [1, 2, 3, 4].map((each) =>
      world.as(world.admin).done('pipelineCreate', { name: `At once ${each}`, kind: 'DEAL', position: 0 }),
    ),
  );
  const places = (await pipelines()).map(([, position]) => position);
  expect(places).toEqual([...places.keys()]);
});

test('a pipeline that deals go through stays, and says how many', async () => {
  const { id, stages: [stage] } = await world.as(world.admin).done<{ id: string; stages: { id: string }[] }>(
    'pipelineCreate', { name: 'Occupied', kind: 'DEAL', stages }, 'id stages { id }');
  const place = { pipelineId: id.slice(9), stageId: stage!.id.slice(6) };
  await world.aDeal(place);
  const last = await world.aDeal(place);
  await world.aDeal({ ...place, deletedAt: new Date() });
  const send = () =>
    world
      .as(world.admin)
      .ask<{ pipelineDelete: { userErrors: object[] } }>(
        `mutation { pipelineDelete(input: { id: "${id}", version: 1 }) {
          userErrors { code path ... on InUse { count } } } }`,
      );
  expect((await send()).data!.pipelineDelete.userErrors).toEqual([{ code: 'IN_USE', path: ['input', 'id'], count: 2 }]);
  await world.rows('update deal set deleted_at = now() where pipeline_id = $1', [place.pipelineId]);
  expect((await send()).data!.pipelineDelete.userErrors).toEqual([]);
  const { userErrors } = await world.as(world.admin).mutate('dealRestore', { id: last.globalId, version: 1 });
  expect(userErrors).toEqual([]);
});

test('restoring a pipeline brings back exactly the stages that went with it', async () => {
  const api = world.as(world.admin);
  const { id, stages: [, won, lost] } = await api.done<{ id: string; stages: { id: string; version: number }[] }>(
    'pipelineCreate', { name: 'There and back', kind: 'DEAL', stages }, 'id stages { id version }');
  await api.mutate('stageDelete', { id: lost!.id, version: lost!.version });
  await api.mutate('pipelineDelete', { id, version: 1 });
  expect(await api.data(`{ stage(id: "${won!.id}") { id } }`)).toEqual({ stage: null });
  const { userErrors } = await api.mutate('stageRestore', { id: won!.id, version: won!.version + 1 });
  expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  expect(await api.done('pipelineRestore', { id, version: 2 }, 'version stages { name position version }')).toEqual({
    version: 3, stages: [{ name: 'New', position: 0, version: 3 }, { name: 'Won', position: 1, version: 3 }],
  });
  expect((await world.audited(id)).map(({ did }) => did)).toEqual([
    'pipeline.create',
    'pipeline.delete',
    'pipeline.restore',
  ]);
});

test('who may delete pipelines and cannot see all deals learns nothing of them', async () => {
  const keeper = await world.aMember({ roles: ['REP'] });
  await world.grant(keeper, ['read', 'delete'].map((verb) => ({ noun: 'pipeline', verb, reach: 'ANY' as const })));
  const empty = await world.as(world.admin).done<Pipeline>('pipelineCreate', { name: 'Empty', kind: 'DEAL' });
  await world.aDeal();
  const answers = await Promise.all([empty.id, `pipeline_${world.pipelines.deal.id}`].map(async (id) => {
    const { data } = await world
      .as(world.admin)
      .ask<{ pipeline: { version: number } }>(`{ pipeline(id: "${id}") { version } }`);
    return world.as(keeper).mutate('pipelineDelete', { id, version: data!.pipeline.version });
  }));
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]!.userErrors).toMatchObject([
    { code: 'NOT_PERMITTED', message: expect.stringContaining('deal.read') },
  ]);
});

test('stages in a new pipeline need their own permission', async () => {
  const keeper = await world.aMember({ roles: [] });
  await world.grant(keeper, ['read', 'create'].map((verb) => ({ noun: 'pipeline', verb, reach: 'ANY' as const })));
  expect((await world.as(keeper).mutate('pipelineCreate', { name: 'Bare', kind: 'DEAL' })).userErrors).toEqual([]);
  expect((await world.as(keeper).mutate('pipelineCreate', { name: 'With stages', kind: 'DEAL', stages })).userErrors)
    .toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'stages'] }]);
});
