import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

// By creation the list of a team that is a fair part of its workspace is looked for at the beginning of everybody's
// list (twenty pages), and gathered member by member where that does not fill the page. Both must find the same.

let world: World;
let companyId: string;
const mine: { title: string; amount: number | null }[] = [];

beforeAll(async () => {
  world = await openWorld();
  const start = Date.UTC(2026, 0, 1);
  companyId = (await world.aCompany({ owner: world.manager })).id;
  // Of 130 deals three stand together where a look at the beginning finds them, two behind sixty of others, one at the
  // end.
  const ours = new Map([
    [0, world.rep], [1, world.manager], [2, world.colleague], [65, world.rep], [66, null], [129, world.colleague],
  ]);
  for (let i = 0; i < 130; i += 1) {
    const owner = ours.has(i) ? ours.get(i)! : world.southRep;
    const amountMinor = i % 3 === 0 ? null : BigInt(10_000 - i);
    const title = `Deal ${String(i).padStart(3, '0')}`;
    const deal = { title, amountMinor, createdAt: new Date(start - i * 60_000), companyId };
    await world.aDeal(owner ? { ...deal, owner } : { ...deal, owner: null, teamId: world.teams.north.id });
    if (ours.has(i)) mine.push({ title: deal.title, amount: amountMinor === null ? null : 10_000 - i });
  }
});
afterAll(() => world.close());

async function pages(
  first: number, order: string, direction: 'first' | 'last' = 'first',
  { who = world.manager, where = '', isBelow = false } = {},
): Promise<string[]> {
  const titles: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 80; page += 1) {
    const list: string = `deals(
      ${direction}: ${first}, ${direction === 'first' ? 'after' : 'before'}: $cursor, orderBy: [${order}] ${where}) {
      nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    type Lists = { deals: { nodes: { title: string }[]; pageInfo: Record<string, never> } };
    const document = isBelow ? `{ company(id: "company_${companyId}") { ${list} } }` : `{ ${list} }`;
    const answer: Lists & { company: Lists } = await world.as(who)
      .data(`query($cursor: String) ${document}`, { cursor });
    const { deals } = isBelow ? answer.company : answer;
    const found = deals.nodes.map(({ title }) => title);
    titles.push(...(direction === 'first' ? found : found.reverse()));
    if (!deals.pageInfo[direction === 'first' ? 'hasNextPage' : 'hasPreviousPage']) return titles;
    cursor = deals.pageInfo[direction === 'first' ? 'endCursor' : 'startCursor']!;
  }
  throw new Error('The pages do not end.');
}

describe.each([1, 2, 3, 5, 20])('pages of %i', (first) => {
  test('hold each deal of the team once, in order, forwards and backwards', async () => {
    const byAge = mine.map(({ title }) => title);
    expect(await pages(first, '{ field: CREATED_AT, direction: DESC }')).toEqual(byAge);
    expect(await pages(first, '{ field: CREATED_AT, direction: ASC }')).toEqual(byAge.toReversed());
    expect(await pages(first, '{ field: CREATED_AT, direction: DESC }', 'last')).toEqual(byAge.toReversed());
  });

  test('hold those of the team that a company with many has, however they are asked for', async () => {
    const byAge = mine.map(({ title }) => title);
    const named = { where: `, where: { companyId: { eq: "company_${companyId}" } }` };
    for (const among of [named, { isBelow: true }]) {
      expect(await pages(first, '{ field: CREATED_AT, direction: DESC }', 'first', among)).toEqual(byAge);
      expect(await pages(first, '{ field: CREATED_AT, direction: ASC }', 'first', among)).toEqual(byAge.toReversed());
      expect(await pages(first, '{ field: CREATED_AT, direction: DESC }', 'last', among)).toEqual(byAge.toReversed());
    }
  });

  test('go on from those with a value to those without', async () => {
    const known = mine.filter(({ amount }) => amount !== null).sort((a, b) => b.amount! - a.amount!);
    const found = await pages(first, '{ field: AMOUNT, direction: DESC }');
    expect(found.slice(0, known.length)).toEqual(known.map(({ title }) => title));
    expect(found.slice(known.length).sort()).toEqual(
      mine.filter(({ amount }) => amount === null).map(({ title }) => title).sort());
  });
});

describe.each([2, 7, 200])('of what lies between two amounts, pages of %i', (first) => {
  const [least, most] = [9_880, 9_999];
  const amounts = Array.from({ length: 130 }, (_none, i) => (
    { title: `Deal ${String(i).padStart(3, '0')}`, amount: i % 3 === 0 ? null : 10_000 - i }));
  const where = `, where: { amount: { gt: "${least}", lte: "${most}" } }`;
  const inRange = ({ amount }: { amount: number | null }) => amount !== null && amount > least && amount <= most;

  test.each(['owner', 'manager'] as const)('%s gets each once: by amount, by age and by title', async (name) => {
    const among = { who: world[name], where };
    const found = (name === 'owner' ? amounts : mine).filter(inRange).map(({ title }) => title);
    expect(found.length).toBeGreaterThan(1);
    // The older a deal is, the less it is worth.
    for (const [order, expected] of [
      ['AMOUNT, direction: DESC', found], ['AMOUNT, direction: ASC', found.toReversed()],
      ['CREATED_AT, direction: DESC', found],
      ['TITLE, direction: ASC', found], ['STAGE_ENTERED_AT, direction: ASC }, { field: TITLE, direction: DESC', null],
    ] as const) {
      const forwards = await pages(first, `{ field: ${order} }`, 'first', among);
      expect(expected === null ? forwards.sort() : forwards, order).toEqual(expected ?? found);
      const backwards = await pages(first, `{ field: ${order} }`, 'last', among);
      expect(expected === null ? backwards.sort() : backwards.reverse(), order).toEqual(expected ?? found);
    }
  });
});

test('a stage is walked along its own index, and shows what is the team\'s', async () => {
  const [stage] = Object.values(world.pipelines.deal.stages);
  const { deals } = await world.as(world.manager).data<{ deals: { totalCount: number; nodes: { title: string }[] } }>(
    'query($stage: ID!) { deals(first: 4, where: { stageId: { eq: $stage } }) { totalCount nodes { title } } }',
    { stage: `stage_${stage}` });
  expect(deals.nodes.map(({ title }) => title)).toEqual(mine.slice(0, 4).map(({ title }) => title));
  expect(deals.totalCount).toBe(mine.length);
});
