import { type GraphQLType, getNamedType, isInputObjectType, isIntrospectionType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { type MatrixWorld, type Whose, openMatrixWorld, ownedNouns } from './matrix-world.ts';
import { conditionsOnDeals, counts, numbers, sums } from './numbers.ts';
import { customRoles, groupsRead } from './rules.ts';

/*
 * Role × field group × sum, group and count, by every door that gives numbers of deals: numbers.ts, against the API.
 * Every deal is worth another power of two, so that a sum tells exactly which deals are in it.
 */
const roles = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER', 'CLERK', 'MIXED'];
const kinds = ['own', 'team', 'other', 'shown'] as const;
type Kind = (typeof kinds)[number];
type Deal = { id: string; role: string; whose: Kind; amount: bigint };

let matrix: MatrixWorld;
let deals: Deal[];
let pipelineId: string;
let stageIds: string[];

beforeAll(async () => {
  const around = ['member', 'team', 'pipeline', 'stage', 'tag', 'product'].map((noun) => ({
    noun,
    verb: 'read',
    reach: 'ANY' as const,
  }));
  matrix = await openMatrixWorld(roles, {
    CLERK: [...ownedNouns.flatMap((noun) => customRoles.CLERK(noun)), ...around],
    MIXED: [...ownedNouns.flatMap((noun) => customRoles.MIXED(noun)), ...around],
  });
  const { world } = matrix;
  pipelineId = world.pipelines.deal.id;
  stageIds = Object.values(world.pipelines.deal.stages).slice(0, 2);
  const wanted = roles.flatMap((role) => kinds.map((whose) => ({ role, whose })));
  // Of nobody's interest in themselves: read by all who have a role.
  const others = wanted.map(() => ({ role: 'OWNER', whose: 'other' as Whose }));
  const [companies, contacts] = [await matrix.add('company', others), await matrix.add('contact', others)];
  const amounts = wanted.map((_each, at) => 2n ** BigInt(at + 1));
  const ids = await matrix.add('deal', wanted.map((each, at) => ({
    ...each,
    columns: {
      amountMinor: amounts[at],
      probability: 50,
      source: 'Fair',
      stageId: stageIds[at % 2],
      companyId: companies[at],
      currency: 'USD',
    },
  })));
  deals = wanted.map((each, at) => ({ ...each, id: ids[at]!, amount: amounts[at]! }));
  await matrix.add('activity', ids.map((dealId) => ({ role: 'OWNER', whose: 'other', columns: { dealId } })));
  await world.database.transaction(world.workspaceId, async (tx) => {
    const each = (more: (id: string, at: number) => object) =>
      ids.map((dealId, at) => ({
        workspaceId: world.workspaceId,
        id: world.services.newId(),
        dealId,
        ...more(dealId, at),
      })) as never[];
    await tx.dealContact.createMany({ data: each((_id, at) => ({ contactId: contacts[at], position: 0 })) });
    await tx.stageChange.createMany({
      data: each((_id, at) => ({
        toStageId: stageIds[at % 2],
        enteredAt: new Date('2026-01-01'),
        door: 'API',
        currency: 'USD',
        amountMinor: amounts[at],
        probability: 50,
      })),
    });
  });
});
afterAll(() => matrix.world.close());

/**
 * Whose a deal is to somebody of this role: what is another role's own is his team's, and shared with none but that
 * one.
 */
function whoseTo(role: string, deal: Deal): Kind {
  if (deal.role === role) return deal.whose;
  return deal.whose === 'own' ? 'team' : deal.whose === 'shown' ? 'other' : deal.whose;
}

function isRead(role: string, deal: Deal, group = 'core'): boolean {
  const cell = groupsRead.owners.get(role)!.get(whoseTo(role, deal))!;
  return cell !== '-' && (group === 'core' || cell === 'all' || cell.split('+').includes(group));
}

function as(role: string) {
  return matrix.world.as(matrix.people.get(role)!);
}

/** What sums of such deals come to; `null` where there is none. */
function worth(of: readonly Deal[], share = 1n): string[] {
  return of.length === 0 ? [] : [String(of.reduce((sum, { amount }) => sum + amount, 0n) / share)];
}

type Sums = { amountMinor: string }[] | null;
const minor = (sum: Sums | undefined) => sum?.map(({ amountMinor }) => amountMinor);

describe.each(roles)('%s', (role) => {
  const seen = () => deals.filter((deal) => isRead(role, deal));

  test('counts and adds up what is in reach, by stage, if every amount there can be read', async () => {
    const { data, errors } = await as(role).ask<{
      pipelineSummary: Summary;
    }>(`{ pipelineSummary(pipelineId: "pipeline_${pipelineId}") {
      stages { stage { id } count sum { amountMinor } weightedSum { amountMinor } }
      open { count sum { amountMinor } weightedSum { amountMinor } } won { count sum { amountMinor } }
    } }`);
    const { stages, open, won } = data!.pipelineSummary;
    const [sum, weighted] = [sums.get(role)!.get('sum'), sums.get(role)!.get('weightedSum')];
    expect(errors.map(({ extensions }) => extensions?.permission)).toEqual(
      sum === 'refused' ? Array(5).fill('deal.financial') : [],
    );
    expect(open.count).toBe(seen().length);
    expect(minor(open.sum) ?? 'refused').toEqual(sum === 'reach' ? worth(seen()) : sum);
    expect(minor(open.weightedSum) ?? 'refused').toEqual(weighted === 'reach' ? worth(seen(), 2n) : weighted);
    expect([won.count, minor(won.sum) ?? 'refused']).toEqual([0, sum === 'reach' ? [] : sum]);
    for (const [at, stageId] of stageIds.entries()) {
      const there = seen().filter((deal) => deals.indexOf(deal) % 2 === at);
      const stage = stages.find((each) => each.stage.id === `stage_${stageId}`)!;
      expect(stage.count).toBe(there.length);
      expect(minor(stage.sum) ?? 'refused').toEqual(sum === 'reach' ? worth(there) : sum);
    }
  });

  test('forecasts what is in reach, by whatever it is told apart', async () => {
    for (const key of ['CATEGORY', 'MEMBER', 'TEAM', 'MONTH']) {
      const { data, errors } = await as(role).ask<{
        forecast: { groups: Group[] } | null;
      }>(`{ forecast(by: [${key}]) { groups {
        count category member { id } team { id } month
        sum { amountMinor } weightedSum { amountMinor } converted { amountMinor }
      } } }`);
      if (sums.get(role)!.get('forecast') === 'refused') {
        expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.financial' } }]);
        expect(data!.forecast).toBeNull();
        continue;
      }
      expect(errors).toEqual([]);
      const ownerOf = ({ whose, role: of }: Deal) =>
        whose === 'own'
          ? matrix.people.get(of)!.id
          : whose === 'team' ? matrix.world.colleague.id : matrix.world.southRep.id;
      const { north, south } = matrix.world.teams;
      const keyOf = (deal: Deal) =>
        ({
          CATEGORY: 'PIPELINE',
          MONTH: 'null',
          MEMBER: `member_${ownerOf(deal)}`,
          TEAM: `team_${ownerOf(deal) === matrix.world.southRep.id ? south.id : north.id}`,
        })[key];
      const expected = [...Map.groupBy(seen(), keyOf)].map(([name, of]) => [
        name,
        of.length,
        worth(of),
        worth(of, 2n),
        worth(of)[0],
      ]);
      const found = data!.forecast!.groups.map(({ count, category, member, team, month, ...rest }) => [
        { CATEGORY: category, MONTH: String(month), MEMBER: member?.id, TEAM: team?.id }[key],
        count,
        minor(rest.sum),
        minor(rest.weightedSum),
        rest.converted?.amountMinor,
      ]);
      expect(found.sort(), key).toEqual(expected.sort());
    }
  });

  /** Each way to count deals under a condition, as `conditionsOnDeals` names them. */
  const ways: Record<string, { ask: (where: string) => string; count: (answer: never) => number }> = {
    list: { ask: (where) => `deals(where: ${where}) { totalCount }`, count: totalCount },
    summary: {
      ask: (where) => `pipelineSummary(pipelineId: "pipeline_${pipelineId}", where: ${where}) { stages { count } }`,
      count: ({ stages }: Summary) => added(stages.map(({ count }) => count)),
    },
    flow: {
      ask: (where) => `pipelineFlow(pipelineId: "pipeline_${pipelineId}", where: ${where}) { entered }`,
      count: (stages: { entered: number }[]) => added(stages.map(({ entered }) => entered)),
    },
    forecast: {
      ask: (where) => `forecast(where: ${where}) { groups { count } }`,
      count: ({ groups }: { groups: Group[] }) => added(groups.map(({ count }) => count)),
    },
    ofCompanies: {
      ask: (where) => `companies(first: 40) { nodes { deals(first: 1, where: ${where}) { totalCount } } }`,
      count: below,
    },
    ofContacts: {
      ask: (where) => `contacts(first: 40) { nodes { deals(first: 1, where: ${where}) { totalCount } } }`,
      count: below,
    },
    companies: { ask: (where) => `companies(where: { deals: { some: ${where} } }) { totalCount }`, count: totalCount },
    contacts: { ask: (where) => `contacts(where: { deals: { some: ${where} } }) { totalCount }`, count: totalCount },
    companiesWithout: {
      ask: (where) => `companies(where: { not: { deals: { none: ${where} } } }) { totalCount }`,
      count: totalCount,
    },
    contactsWithout: {
      ask: (where) => `contacts(where: { not: { deals: { none: ${where} } } }) { totalCount }`,
      count: totalCount,
    },
    activities: { ask: (where) => `activities(where: { deal: ${where} }) { totalCount }`, count: totalCount },
  };

  /** A condition of this group that every deal fulfils. */
  const conditions: Record<string, string> = {
    core: '{ title: { eq: "A deal" } }',
    financial: '{ amount: { gt: "0" } }',
    internal: '{ source: { eq: "Fair" } }',
  };

  test.each(Object.keys(ways))('under a condition, by way of "%s"', async (way) => {
    const { ask, count } = ways[way]!;
    for (const [group, condition] of Object.entries(conditions)) {
      const cases = kinds.flatMap((whose) => {
        const of = deals.filter((deal) => whoseTo(role, deal) === whose);
        const among = `{ id: { in: ${JSON.stringify(of.map(({ id }) => `deal_${id}`))} } }`;
        const read = of.filter((deal) => isRead(role, deal, group)).length;
        // Where the field cannot be read the test is false, so `not` of it is true of what is in reach.
        const unread = of.filter((deal) => isRead(role, deal)).length - read;
        return [
          { name: `is_${whose}`, where: `{ and: [${among}, ${condition}] }`, expected: read },
          { name: `or_${whose}`, where: `{ and: [${among}, { or: [${condition}, ${condition}] }] }`, expected: read },
          { name: `not_${whose}`, where: `{ and: [${among}, { not: ${condition} }] }`, expected: unread },
        ];
      });
      const document = `{ ${cases.map(({ name, where }) => `${name}: ${ask(where)}`).join('\n')} }`;
      const { data, errors } = await as(role).ask<Record<string, never>>(document);
      const isForecastRefused = way === 'forecast' && sums.get(role)!.get('forecast') === 'refused';
      if (isForecastRefused || counts.get(role)!.get(group) === 'refused') {
        const permission = isForecastRefused ? 'deal.financial' : `deal.${group}`;
        expect(
          errors.map(({ extensions }) => [extensions?.code, extensions?.permission]), group,
        ).toEqual(errors.map(() => ['FORBIDDEN', permission]));
        expect(new Set(errors.map(({ path }) => path?.[0])), group).toEqual(new Set(cases.map(({ name }) => name)));
        continue;
      }
      expect(errors, group).toEqual([]);
      const isBounded = cases.some(({ name, expected }) => name.startsWith('not') && expected > 0);
      expect(isBounded ? 'some' : 'reach', group).toBe(counts.get(role)!.get(group));
      expect(
        cases.map(({ name }) => [name, count(data![name]!)]), group,
      ).toEqual(cases.map(({ name, expected }) => [name, expected]));
    }
  });

  test('every way that the table names is tried', () => {
    expect([...new Set([...conditionsOnDeals.values()].flat())].sort()).toEqual(Object.keys(ways).sort());
  });
});

type Summary = Record<'open' | 'won', Totals> & { stages: (Totals & { stage: { id: string } })[] };
type Totals = { count: number; sum: Sums; weightedSum: Sums };
type Group = Totals & {
  category: string | null;
  month: string | null;
  member: { id: string } | null;
  team: { id: string } | null;
  converted: { amountMinor: string } | null;
};

function added(all: readonly number[]): number {
  return all.reduce((sum, each) => sum + each, 0);
}

function totalCount({ totalCount: count }: { totalCount: number }): number {
  return count;
}

function below({ nodes }: { nodes: { deals: { totalCount: number } }[] }): number {
  return added(nodes.map(({ deals: { totalCount: count } }) => count));
}

const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
const isNamed = (type: GraphQLType, ...names: string[]) => names.includes(getNamedType(type).name);

test('every place that takes a condition on deals has its line', () => {
  const isCondition = ({ type }: { type: GraphQLType }) => isNamed(type, 'DealWhere', 'DealQuantifier');
  const places = types.flatMap((type) => {
    if (isInputObjectType(type))
      return Object.values(type.getFields()).filter(isCondition).map(({ name }) => `${type.name}.${name}`);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.filter(isCondition).map(({ name }) => `${type.name}.${field.name}.${name}`),
    );
  });
  expect(
    places.filter((place) => !conditionsOnDeals.has(place)),
    'Say in test/access/matrix/numbers.ts by which way the place is tried, and add the way to numbers.test.ts.',
  ).toEqual([]);
  expect([...conditionsOnDeals.keys()].filter((place) => !places.includes(place)), 'These are no more.').toEqual([]);
});

test("every number that is not a record's own has its line", () => {
  const listed = [...numbers].flatMap(([line, names]) => names.map((name) => `${line.split('.')[0]}.${name}`));
  const there = types.flatMap((type) => {
    if (!isObjectType(type) || type.getInterfaces().some(({ name }) => name === 'Node')) return [];
    return Object.values(type.getFields())
      .filter((field) => isNamed(field.type, 'Int', 'Float', 'BigInt', 'Decimal', 'Rate', 'Money'))
      .map((field) => `${type.name.replace(/^.+Connection$/, 'Connection')}.${field.name}`);
  });
  expect(
    [...new Set(there)].filter((field) => !listed.includes(field)),
    'Say in test/access/matrix/numbers.ts of what it is a number; what counts or adds up records is tried.',
  ).toEqual([]);
  expect(listed.filter((field) => !there.includes(field)), 'These are no more.').toEqual([]);
});
