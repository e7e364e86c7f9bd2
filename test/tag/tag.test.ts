import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a manager makes, changes and deletes tags; reps and viewers do not', async () => {
  const api = world.as(world.manager);
  const tag = await api.done<{ id: string }>(
    'tagCreate', { name: ' Partner ', color: '#1F77B4' }, 'id name color version',
  );
  expect(tag).toMatchObject({ name: 'Partner', color: '#1f77b4', version: 1 });
  expect(await api.done('tagUpdate', { id: tag.id, version: 1, name: 'Reseller', color: null }, 'name color version'))
    .toEqual({ name: 'Reseller', color: null, version: 2 });
  expect((await api.mutate('tagDelete', { id: tag.id, version: 2 })).userErrors).toEqual([]);
  expect(await world.audited(tag.id)).toMatchObject([
    { by: 'Manager', did: 'tag.create' }, { did: 'tag.update', fields: ['name', 'color'] }, { did: 'tag.delete' },
  ]);
  for (const member of [world.rep, world.viewer]) {
    expect((await world.as(member).mutate('tagCreate', { name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'tag.create' } },
    ]);
  }
});

test('no two tags have one name, whatever the case; a tag in the bin is in nobody\'s way', async () => {
  const api = world.as(world.admin);
  const tag = await api.done<{ id: string }>('tagCreate', { name: 'Unique' });
  expect((await api.mutate('tagCreate', { name: 'UNIQUE' })).userErrors).toMatchObject([
    { code: 'TAKEN', path: ['input', 'name'] },
  ]);
  expect(await api.done('tagUpdate', { id: tag.id, version: 1, name: 'unique' }, 'name')).toEqual({ name: 'unique' });
  await api.mutate('tagDelete', { id: tag.id, version: 2 });
  const other = await api.done<{ id: string }>('tagCreate', { name: 'Unique' });
  expect((await api.mutate('tagRestore', { id: tag.id, version: 3 })).userErrors).toMatchObject([
    { code: 'TAKEN', path: ['input', 'id'] },
  ]);
  await api.done('tagUpdate', { id: other.id, version: 1, name: 'Another' });
  expect(await api.done('tagRestore', { id: tag.id, version: 3 }, 'name')).toEqual({ name: 'unique' });
});

test('of several who want one name at once, one gets it', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => world.as(world.admin).mutate('tagCreate', { name: 'Race' })));
  expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['TAKEN', 'TAKEN']);
});

test('everything that is wrong is said at once, and a late change is reported', async () => {
  const api = world.as(world.admin);
  const { userErrors } = await api.mutate('tagCreate', { name: 'x'.repeat(101), color: 'red' });
  expect(userErrors.map(({ code, path }) => [code, path[1]])).toEqual([
    ['INVALID_INPUT', 'name'],
    ['INVALID_INPUT', 'color'],
  ]);
  const tag = await world.aTag({ version: 3 });
  expect((await api.mutate('tagUpdate', { id: tag.globalId, version: 2, name: 'Late' })).userErrors)
    .toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 3 }]);
});
