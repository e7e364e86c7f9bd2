import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

// A list finds what a filter keeps at its beginning, by the index of a value, a text or a related record that few have,
// or on a walk. Small pages make all of it happen on few records; whichever way is taken, the same must be found.

type Deal = {
  id: string; title: string; source: string | null; currency: string; amount: number | null; ownerId: string;
  company: number | null; tags: readonly string[]; isCalled: boolean; at: number;
};
const industries = ['Steel', 'Steel', 'Steel', 'Robotics', 'Paper'];

let world: World;
let companies: string[];
const deals: Deal[] = [];

beforeAll(async () => {
  world = await openWorld();
  companies = [];
  for (const industry of industries) companies.push((await world.aCompany({ industry, owner: world.manager })).id);
  const { southRep, rep, manager, colleague } = world;
  const owners = [southRep, southRep, southRep, rep, manager, southRep, colleague];
  const start = Date.UTC(2026, 0, 1);
  for (let i = 0; i < 160; i += 1) {
    const deal = {
      title: i % 40 === 7 ? `Rare ${i}` : `Common ${i % 9}`, source: i % 53 === 5 ? 'Fair' : i % 4 === 0 ? null : 'Web',
      currency: i % 61 === 9 ? 'CHF' : 'EUR', amount: i % 5 === 0 ? null : (i * 37) % 101, ownerId: owners[i % 7]!.id,
      company: i % 6 === 0 ? null : i % 37 === 3 ? 4 : i % 3, at: start - ((i * 71) % 160) * 60_000,
      tags: [...(i % 47 === 11 ? ['rare'] : []), ...(i % 3 === 0 ? ['common'] : [])], isCalled: i % 29 === 13,
    };
    const { id } = await world.aDeal({
      title: deal.title, source: deal.source, currency: deal.currency, owner: owners[i % 7]!,
      createdAt: new Date(deal.at), amountMinor: deal.amount === null ? null : BigInt(deal.amount),
      companyId: deal.company === null ? null : companies[deal.company]!,
    });
    deals.push({ id, ...deal });
  }
  const workspace = world.workspaceId;
  await world.rows(`insert into tag (workspace_id, id, name) select '${workspace}', gen_random_uuid(), name
    from unnest(array['rare', 'common']) name`);
  for (const name of ['rare', 'common']) {
    await world.rows(
      `insert into tagging (workspace_id, id, tag_id, deal_id) select '${workspace}', gen_random_uuid(), t.id, d
         from tag t, unnest($2::uuid[]) d where t.name = $1`,
      [name, deals.filter(({ tags }) => tags.includes(name)).map(({ id }) => id)]);
  }
  await world.rows(
    `insert into activity (workspace_id, id, kind, subject, deal_id, owner_id)
       select workspace_id, gen_random_uuid(), 'CALL', 'Call', id, owner_id from deal where id = any ($1::uuid[])`,
    [deals.filter(({ isCalled }) => isCalled).map(({ id }) => id)]);
});
afterAll(() => world.close());

type List = { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string } };
type Where = { graphql: string; holds: (deal: Deal) => boolean };
const amountOf = (deal: Deal, holds: (amount: number) => boolean) => deal.amount !== null && holds(deal.amount);

function leaves(): Where[] {
  const named = (ids: readonly string[]) => `[${ids.map((id) => `"${id}"`).join(', ')}]`;
  const south = world.southRep.id;
  return [
    ...['Fair', 'Web', 'Absent'].map((source) => (
      { graphql: `source: { eq: "${source}" }`, holds: (deal: Deal) => deal.source === source })),
    { graphql: 'source: { in: ["Fair", "Absent"] }', holds: (deal) => deal.source === 'Fair' },
    { graphql: 'source: { isNull: true }', holds: (deal) => deal.source === null },
    ...['CHF', 'EUR', 'USD'].map((currency) => (
      { graphql: `currency: { eq: "${currency}" }`, holds: (deal: Deal) => deal.currency === currency })),
    { graphql: 'amount: { gt: "96" }', holds: (deal) => amountOf(deal, (amount) => amount > 96) },
    { graphql: 'amount: { gte: "10", lt: "11" }', holds: (deal) => amountOf(deal, (amount) => amount === 10) },
    { graphql: 'amount: { lte: "90" }', holds: (deal) => amountOf(deal, (amount) => amount <= 90) },
    { graphql: 'title: { contains: "rare" }', holds: ({ title }) => title.startsWith('Rare') },
    { graphql: 'title: { startsWith: "Common" }', holds: ({ title }) => title.startsWith('Common') },
    { graphql: 'title: { eq: "Common 3" }', holds: ({ title }) => title === 'Common 3' },
    ...['Steel', 'Robotics', 'Paper'].map((industry) => ({
      graphql: `company: { industry: { eq: "${industry}" } }`,
      holds: ({ company }: Deal) => company !== null && industries[company] === industry,
    })),
    {
      graphql: `companyId: { in: ${named([`company_${companies[4]!}`, `company_${companies[0]!}`])} }`,
      holds: ({ company }) => company === 4 || company === 0,
    },
    { graphql: `company: { id: { eq: "company_${companies[4]!}" } }`, holds: ({ company }) => company === 4 },
    {
      graphql: `ownerId: { in: ${named([`member_${south}`, `member_${world.rep.id}`, `member_${south}`])} }`,
      holds: ({ ownerId }) => ownerId === south || ownerId === world.rep.id,
    },
    { graphql: `owner: { id: { in: ${named([`member_${south}`])} } }`, holds: ({ ownerId }) => ownerId === south },
    ...['rare', 'common', 'absent'].map((name) => (
      { graphql: `tags: { some: { name: { eq: "${name}" } } }`, holds: ({ tags }: Deal) => tags.includes(name) })),
    { graphql: 'activities: { some: { kind: { eq: CALL } } }', holds: ({ isCalled }) => isCalled },
    { graphql: 'activities: { none: { kind: { eq: CALL } } }', holds: ({ isCalled }) => !isCalled },
  ];
}

function conditions(): fc.Arbitrary<Where> {
  const leaf = fc.constantFrom(...leaves());
  return fc.letrec<{ where: Where }>((tie) => ({
    where: fc.oneof(
      { depthSize: 'small', withCrossShrink: true }, leaf,
      fc.tuple(tie('where'), tie('where')).map(([a, b]) => ({
        graphql: `and: [{ ${a.graphql} }, { ${b.graphql} }]`, holds: (deal: Deal) => a.holds(deal) && b.holds(deal),
      })),
      fc.tuple(tie('where'), tie('where')).map(([a, b]) => ({
        graphql: `or: [{ ${a.graphql} }, { ${b.graphql} }]`, holds: (deal: Deal) => a.holds(deal) || b.holds(deal),
      })),
      tie('where').map((a) => ({ graphql: `not: { ${a.graphql} }`, holds: (deal: Deal) => !a.holds(deal) })),
    ),
  })).where;
}

const orders: readonly (readonly [string, (a: Deal, b: Deal) => number])[] = [
  ['{ field: CREATED_AT, direction: DESC }', (a, b) => b.at - a.at],
  ['{ field: CREATED_AT, direction: ASC }', (a, b) => a.at - b.at],
  // Those without an amount are last both ways; those with the same go by their age.
  ['{ field: AMOUNT, direction: DESC }, { field: CREATED_AT, direction: DESC }', (a, b) => (
    (b.amount ?? -1) - (a.amount ?? -1) || b.at - a.at)],
];

test('a page holds what a filter keeps of what its reader may see, in order, and the count is theirs', async () => {
  await fc.assert(fc.asyncProperty(
    conditions(), fc.constantFrom(...orders), fc.constantFrom('owner', 'manager', 'rep'), fc.constantFrom(1, 3, 20),
    async (where, [order, compare], who, first) => {
      const inReach = { owner: null, manager: world.teams.north.id, rep: world.rep.id }[who]!;
      const seen = deals.filter(({ ownerId }) => who === 'owner' || (who === 'rep' ? ownerId === inReach
        : [world.manager.id, world.rep.id, world.colleague.id].includes(ownerId)));
      const expected = seen.filter(where.holds).toSorted(compare).map(({ id }) => `deal_${id}`);
      let after: string | null = null;
      const found: string[] = [];
      // Three pages tell; one by one the whole list would take minutes.
      for (let page = 0; page < 3; page += 1) {
        const asked = `first: ${first}, after: $after, orderBy: [${order}], where: { ${where.graphql} }`;
        const { deals: list }: { deals: List } = await world.as(world[who as 'owner']).data(
          `query($after: String) { deals(${asked}) { totalCount nodes { id } pageInfo { endCursor } } }`, { after });
        expect(list.totalCount).toBe(expected.length);
        found.push(...list.nodes.map(({ id }) => id));
        after = list.pageInfo.endCursor;
        if (list.nodes.length < first) break;
      }
      expect(found).toEqual(expected.slice(0, 3 * first));
    }), { numRuns: Number(process.env.RUNS ?? 150) });
});

test.each([
  ['source: {}', 'where.source is empty'], ['source: null', 'where.source is null'],
  ['source: { eq: null }', 'where.source.eq is null'], ['contacts: {}', 'where.contacts is empty'],
  ['contacts: { some: null }', 'where.contacts.some is null'],
])('a condition that says nothing is refused, not taken for all: %s', async (where, message) => {
  const { errors } = await world.as(world.owner).ask(`{ deals(where: { ${where} }) { totalCount } }`);
  expect(errors[0]?.message).toContain(message);
  expect(errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
});
