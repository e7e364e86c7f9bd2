import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Stage = {
  id: string;
  name: string;
  version: number;
  position: number;
  status: string;
  probability: number;
  nextStages: { name: string }[];
};
const fields = 'id name version position status probability nextStages { name }';
let pipelineId = '';
let count = 0;

beforeEach(async () => {
  count += 1;
  const pipeline = await world.as(world.admin).done<{ id: string }>('pipelineCreate', {
    name: `Pipeline ${count}`,
    kind: 'DEAL',
    stages: [
      { name: 'A', probability: 10 },
      { name: 'B', probability: 50 },
      { name: 'Won', status: 'WON' },
      { name: 'Lost', status: 'LOST' },
    ],
  });
  pipelineId = pipeline.id;
});

async function stages(): Promise<Stage[]> {
  const { pipeline } = await world.as(world.admin).data<{ pipeline: { stages: Stage[] } }>(
    `{ pipeline(id: "${pipelineId}") { stages { ${fields} } } }`);
  return pipeline.stages;
}
const names = async () => (await stages()).map(({ name }) => name).join();
const named = async (name: string) => (await stages()).find((stage) => stage.name === name)!;
const create = (input: object) => world.as(world.admin).mutate<Stage>('stageCreate', { pipelineId, ...input }, fields);
const update = async (name: string, input: object) => {
  const { id, version } = await named(name);
  return world.as(world.admin).mutate<Stage>('stageUpdate', { id, version, ...input }, fields);
};
const inUse = async (mutation: string) => {
  const { data } = await world.as(world.admin).ask<Record<string, { userErrors: object[] }>>(
    `mutation { ${mutation} { userErrors { code path ... on InUse { count } } } }`);
  return Object.values(data!)[0]!.userErrors;
};

test('a new stage stands last among its like, or where it is put', async () => {
  expect(await create({ name: 'C', probability: 70 })).toMatchObject({
    record: { position: 2, status: 'OPEN', probability: 70, version: 1 },
    userErrors: [],
  });
  expect(await names()).toBe('A,B,C,Won,Lost');
  await create({ name: 'Also won', status: 'WON' });
  await create({ name: 'First', position: 0 });
  expect(await names()).toBe('First,A,B,C,Won,Lost,Also won');
  expect((await stages()).map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect((await named('Also won')).probability).toBe(100);
  expect(await world.audited((await named('First')).id)).toMatchObject([{ by: 'Admin', did: 'stage.create' }]);
});

test('closed stages never come before open ones', async () => {
  expect((await create({ name: 'C', position: 3 })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'position'] },
  ]);
  expect((await create({ name: 'Closed', status: 'LOST', position: 1 })).userErrors).toMatchObject([
    { path: ['input', 'position'] },
  ]);
  expect((await update('A', { position: 2 })).userErrors).toMatchObject([{ path: ['input', 'position'] }]);
  expect((await update('Won', { position: 1 })).userErrors).toMatchObject([{ path: ['input', 'position'] }]);
  expect(await update('Won', { position: 3 })).toMatchObject({ record: { position: 3 }, userErrors: [] });
  expect(await update('A', { position: 1 })).toMatchObject({ record: { position: 1, version: 2 }, userErrors: [] });
  expect(await names()).toBe('B,A,Lost,Won');
});

test('what is won is sure, and what is lost is nothing', async () => {
  expect((await create({ name: 'X', status: 'WON', probability: 99 })).userErrors).toMatchObject([
    { path: ['input', 'probability'] },
  ]);
  expect((await update('Lost', { probability: 1 })).userErrors).toMatchObject([{ path: ['input', 'probability'] }]);
  expect((await update('A', { probability: 101 })).userErrors).toMatchObject([{ path: ['input', 'probability'] }]);
  expect(await update('B', { status: 'WON' })).toMatchObject({
    record: { status: 'WON', probability: 100, position: 3 },
  });
  expect(await names()).toBe('A,Won,Lost,B');
  expect(await update('B', { status: 'OPEN', probability: 20 })).toMatchObject({
    record: { status: 'OPEN', probability: 20, position: 1 },
  });
});

test('everything that is wrong is said at once', async () => {
  const { userErrors } = await create({
    name: ' ',
    status: 'LOST',
    position: 0,
    probability: 5,
    nextStageIds: [`stage_${world.pipelines.lead.stages.New}`, 'stage_01900000-0000-7000-8000-000000000000'],
  });
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['INVALID_INPUT', 'name'], ['INVALID_INPUT', 'position'], ['INVALID_INPUT', 'probability'],
    ['INVALID_INPUT', 'nextStageIds.0'], ['NOT_FOUND', 'nextStageIds.1'],
  ]);
  const foreign = (await world.another()).pipelines.deal.id;
  expect(
    (await world.as(world.admin).mutate('stageCreate', { pipelineId: `pipeline_${foreign}`, name: 'Mine' })).userErrors,
  ).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'pipelineId'] }]);
});

test('a name is taken in the same pipeline only', async () => {
  expect((await create({ name: 'won' })).userErrors).toMatchObject([{ code: 'TAKEN', path: ['input', 'name'] }]);
  expect((await update('A', { name: 'b' })).userErrors).toMatchObject([{ code: 'TAKEN' }]);
  expect((await update('A', { name: 'a' })).userErrors).toEqual([]);
});

test('where records may go from a stage is set by its list, and an empty list means anywhere', async () => {
  const [a, b, won] = await stages();
  expect((await update('A', { nextStageIds: [a!.id] })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'nextStageIds', '0'] },
  ]);
  expect(await update('A', { nextStageIds: [b!.id, b!.id] })).toMatchObject({
    record: { nextStages: [{ name: 'B' }] },
    userErrors: [],
  });
  expect(await world.audited(a!.id)).toMatchObject([{ did: 'stage.update', fields: ['nextStages'] }]);
  const api = world.as(world.rep);
  const deal = await api.done<{ id: string }>('dealCreate', { title: 'Deal', stageId: a!.id });
  expect((await api.mutate('dealMove', { id: deal.id, version: 1, stageId: won!.id })).userErrors).toMatchObject([
    { code: 'STAGE_NOT_ALLOWED' },
  ]);
  // The only way on goes into the bin: then every way is open, as the API says.
  await world.as(world.admin).mutate('stageDelete', { id: b!.id, version: b!.version });
  expect((await named('A')).nextStages).toEqual([]);
  expect((await api.mutate('dealMove', { id: deal.id, version: 1, stageId: won!.id })).userErrors).toEqual([]);
});

test('a stage that records are in stays, as it is', async () => {
  const a = await named('A');
  const place = { pipelineId: pipelineId.slice(9), stageId: a.id.slice(6) };
  await world.aDeal(place);
  await world.aDeal({ ...place, deletedAt: new Date() });
  expect(await inUse(`stageDelete(input: { id: "${a.id}", version: 1 })`)).toEqual([
    { code: 'IN_USE', path: ['input', 'id'], count: 1 },
  ]);
  expect(await inUse(`stageUpdate(input: { id: "${a.id}", version: 1, status: WON })`)).toEqual([
    { code: 'IN_USE', path: ['input', 'status'], count: 2 },
  ]);
  expect((await update('A', { name: 'Renamed', probability: 15 })).userErrors).toEqual([]);
});

test('a stage goes into the bin, the others move up, and it comes back to its place', async () => {
  const api = world.as(world.admin);
  const b = await named('A');
  expect((await api.mutate('stageDelete', { id: b.id, version: 1 })).userErrors).toEqual([]);
  expect((await stages()).map(({ name, position }) => `${name}${position}`).join()).toBe('B0,Won1,Lost2');
  await create({ name: 'a' });
  expect((await api.mutate('stageRestore', { id: b.id, version: 2 })).userErrors).toMatchObject([{ code: 'TAKEN' }]);
  await update('a', { name: 'C' });
  expect(await api.done('stageRestore', { id: b.id, version: 2 }, 'position version')).toEqual({
    position: 0,
    version: 3,
  });
  expect((await stages()).map(({ name, position }) => `${name}${position}`).join()).toBe('A0,B1,C2,Won3,Lost4');
});

test('a stage changed meanwhile is reported, and moved up counts as changed', async () => {
  const won = await named('Won');
  await create({ name: 'C' });
  const { userErrors } = await world
    .as(world.admin)
    .mutate('stageUpdate', { id: won.id, version: won.version, name: 'Won!' });
  expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
});

test('many new stages at once all get a place of their own', async () => {
  await Promise.all([1, 2, 3, 4, 5].map((each) => create({ name: `N${each}`, position: 0 })));
  expect((await stages()).map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('managers, reps and viewers keep no stages', async () => {
  const a = await named('A');
  for (const member of [world.manager, world.rep, world.viewer]) {
    const api = world.as(member);
    expect((await api.mutate('stageCreate', { pipelineId, name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'stage.create' } },
    ]);
    expect((await api.mutate('stageUpdate', { id: a.id, version: 1, name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'stage.update' } },
    ]);
    expect((await api.mutate('stageDelete', { id: a.id, version: 1 })).errors).toMatchObject([
      { extensions: { permission: 'stage.delete' } },
    ]);
  }
});
