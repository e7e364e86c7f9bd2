import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../src/db/evaluate.ts';
import { test as predicate } from '../../src/db/predicate.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
});
afterAll(() => world.close());

async function titles(where: object, member: WorldMember = world.owner, rest = ''): Promise<string[]> {
  const { deals } = await world.as(member).data<{ deals: { totalCount: number; nodes: { title: string }[] } }>(
    `query($where: DealWhere) { deals(where: $where, first: 200 ${rest}) { totalCount nodes { title } } }`, { where });
  expect(deals.totalCount).toBe(deals.nodes.length);
  return deals.nodes.map(({ title }) => title).sort();
}

test('a text is found whatever its case and whatever stands around it', async () => {
  for (const title of ['Ärzte-Netz Köln', 'ärzte-netz köln II', 'Netzärzte', 'arzte-netz']) {
    await world.aDeal({ title, owner: world.rep });
  }
  expect(await titles({ title: { contains: 'ÄRZTE-netz' } })).toEqual(['Ärzte-Netz Köln', 'ärzte-netz köln II']);
  expect(await titles({ title: { startsWith: 'netz' } })).toEqual(['Netzärzte']);
});

test('a text that is longer than any title is refused before the database compares it with all of them', async () => {
  const { errors } = await world.as(world.owner).ask(
    'query($part: String!) { deals(where: { title: { contains: $part } }) { totalCount } }', { part: 'é'.repeat(501) });
  expect(errors).toMatchObject([{ message: 'where.title.contains takes at most 500 characters.', path: ['deals'] }]);
  expect(await titles({ title: { contains: 'é'.repeat(500) } })).toEqual([]);
});

test('per cent, underscore and backslash stand for themselves', async () => {
  for (const title of ['100% of it', '100 of it', 'under_score', 'underscore', 'C:\\temp', 'C:temp']) {
    await world.aDeal({ title });
  }
  expect(await titles({ title: { contains: '100%' } })).toEqual(['100% of it']);
  expect(await titles({ title: { contains: 'r_s' } })).toEqual(['under_score']);
  expect(await titles({ title: { startsWith: 'C:\\' } })).toEqual(['C:\\temp']);
  expect(await titles({ title: { contains: '%' } })).toEqual(['100% of it']);
});

test('conditions around it hold as they always do', async () => {
  await world.aDeal({ title: 'Quince jam' });
  await world.aDeal({ title: 'Quince jelly' });
  await world.aDeal({ title: 'Medlar jelly', currency: 'CHF' });
  expect(await titles({ and: [{ title: { contains: 'quince' } }, { title: { contains: 'jam' } }] }))
    .toEqual(['Quince jam']);
  expect(await titles({ or: [{ title: { contains: 'jam' } }, { title: { startsWith: 'medlar' } }] }))
    .toEqual(['Medlar jelly', 'Quince jam']);
  expect(await titles({ or: [{ title: { contains: 'jam' } }, { currency: { eq: 'CHF' } }] }))
    .toEqual(['Medlar jelly', 'Quince jam']);
  expect(await titles({ title: { contains: 'quince' }, not: { title: { contains: 'jam' } } }))
    .toEqual(['Quince jelly']);
});

test('everybody finds what is in his own reach, and in the bin what is deleted', async () => {
  await world.aDeal({ title: 'Saffron for the rep', owner: world.rep });
  await world.aDeal({ title: 'Saffron for another', owner: world.southRep });
  await world.aDeal({ title: 'Saffron of old', owner: world.rep, deletedAt: new Date() });
  expect(await titles({ title: { contains: 'saffron' } }, world.rep)).toEqual(['Saffron for the rep']);
  expect(await titles({ title: { contains: 'saffron' } }, world.manager)).toEqual(['Saffron for the rep']);
  expect(await titles({ title: { contains: 'saffron' } }, world.rep, 'deleted: ONLY')).toEqual(['Saffron of old']);
});

test('a text that very many records have is found in them all, page by page', async () => {
  await world.rows(`insert into deal (workspace_id, id, title, currency, pipeline_id, stage_id)
    select $1, gen_random_uuid(), 'Bulk order ' || i, 'EUR', $2, $3 from generate_series(1, 2100) i`,
  [world.workspaceId, world.pipelines.deal.id, Object.values(world.pipelines.deal.stages)[0]]);
  const seen = new Set<string>();
  let after: string | null = null;
  let total = 0;
  do {
    const { deals }: {
      deals: { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    } =
      await world.as(world.owner)
        .data(`query($after: String) { deals(where: { title: { contains: "bulk ORDER" } }, first: 200, after: $after,
        orderBy: [{ field: AMOUNT }]) { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }`, { after });
    for (const { id } of deals.nodes) seen.add(id);
    total = deals.totalCount;
    after = deals.pageInfo.hasNextPage ? deals.pageInfo.endCursor : null;
  } while (after);
  expect([seen.size, total]).toEqual([2100, 2100]);
});

test('what is found is what the evaluator finds, for any text and any search', async () => {
  const letters = fc.constantFrom('a', 'B', 'b', 'é', 'É', 'ß', ' ', '-', '%', '_', '\\', '.', '1', '東', '京', '🦊');
  const text = fc.string({ unit: letters, minLength: 1, maxLength: 8 });
  const all = [...new Set(fc.sample(text, { numRuns: 150, seed: 7 }).map((each) => each.trim()))].filter(Boolean);
  for (const title of all) await rival.aDeal({ title });
  const parameters = { me: '', myTeams: [], myTeamChain: [], myRoles: [], now: new Date() };
  const part = fc.oneof(
    fc.string({ unit: letters, minLength: 1, maxLength: 5 }),
    fc.constantFrom(...all).map((each) => [...each].slice(0, 4).join('')));
  await fc.assert(fc.asyncProperty(part, fc.constantFrom(
    'contains' as const, 'startsWith' as const,
  ), async (wanted, operator) => {
    const { deals } = await rival.as(rival.owner).data<{ deals: { nodes: { title: string }[] } }>(
      'query($where: DealWhere) { deals(where: $where, first: 200) { nodes { title } } }',
      { where: { title: { [operator]: wanted } } });
    const expected = all.filter((title) => evaluate(predicate('title', operator, wanted), { title }, parameters));
    expect(deals.nodes.map(({ title }) => title).sort()).toEqual(expected.sort());
  }), { numRuns: 120, seed: 11 });
});

test('the functions that know candidates look into one workspace, and into none when none is set', async () => {
  await rival.aDeal({ title: 'Pomegranate' });
  const statement = { text: `select gatehouse.deal_title_matching('pomegranate', false) as ids`, values: [] };
  expect((await world.database.read(world.workspaceId, statement))[0]!.ids).toEqual([]);
  expect((await world.database.read(rival.workspaceId, statement))[0]!.ids).toHaveLength(1);
  expect((await world.database.call(statement))[0]!.ids).toEqual([]);
});
