import {
  type GraphQLNamedType, type GraphQLObjectType, getNamedType, isLeafType, isObjectType, isRequiredArgument,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type World, openWorld } from '../support/world.ts';

// A page costs the same number of statements whether it has one row or fifty. A read is sent with the one that sets its
// workspace: two statements in one round trip, and one transaction. The look-up of who asks goes with the first, as of
// somebody who has asked before.

const principal = 0;
const read = 2;

let world: World;
let one: string;
let many: string;
beforeAll(async () => {
  world = await openWorld();
  const [first, second] = Object.values(world.pipelines.deal.stages) as [string, string];
  [one, many] = [`stage_${first}`, `stage_${second}`];
  const [a, b] = Object.keys(world.pipelines.deal.stages);
  await fill(a!, 1);
  await fill(b!, 50);
  for (const person of [world.manager, world.owner]) await world.as(person).data('{ deals { totalCount } }');
});
afterAll(() => world.close());

async function fill(stage: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const company = await world.aCompany({ owner: world.manager });
    const deal = await world.aDeal({ stage, owner: world.manager, companyId: company.id });
    for (let k = 0; k < 3; k += 1) await world.anActivity({ owner: world.rep, dealId: deal.id });
  }
}

const card = `id title amount { amountMinor currency } stage { name } owner { name } company { name }
  contacts { role contact { fullName } } activities(first: 3) { nodes { subject } pageInfo { hasNextPage } }`;

describe.each([
  ['the board', `nodes { ${card} } pageInfo { hasNextPage endCursor }`, principal + read],
  ['the board with its total count', `totalCount nodes { ${card} }`, principal + 2 * read],
  ['the board with counts on each card', 'nodes { id activities(first: 3) { totalCount nodes { subject } } }', principal
    + read],
  ['edges with cursors', 'edges { cursor node { id viewerCan { update delete } } }', principal + read],
  ['nothing but the total count', 'totalCount', principal + read],
])('%s', (_what, selection, expected) => {
  test.each([
    ['one deal', () => one, 1], ['fifty deals', () => many, 50],
  ])(`takes ${expected} statements for %s`, async (_rows, stage, length) => {
    const document = `query($stage: ID!) { deals(first: 50, where: { stageId: { eq: $stage } }) { ${selection} } }`;
    const answer: { deals?: { totalCount?: number; nodes?: unknown[]; edges?: unknown[] } } = {};
    const statements = await world.statementsOf(async () => {
      Object.assign(answer, await world.as(world.manager).data(document, { stage: stage() }));
    });
    expect(statements).toBe(expected);
    expect(answer.deals!.nodes?.length ?? answer.deals!.edges?.length ?? answer.deals!.totalCount).toBe(length);
  });
});

test('a record page takes one statement', async () => {
  const deal = await world.aDeal({ owner: world.manager });
  const document = `query($id: ID!) { deal(id: $id) { ${card} lines { description product { name } } tags { name }
    stageChanges { enteredAt movedBy { name } } viewerCan { update move delete } } }`;
  expect(await world.statementsOf(() => world.as(world.manager).data(document, { id: deal.globalId })))
    .toBe(principal + read);
});

test('one statement for all kinds of records that nodes are asked for', async () => {
  const ids = await Promise.all([world.aDeal(), world.aDeal(), world.aCompany(), world.aContact()]);
  const document = 'query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Deal { title } ... on Company { name } } }';
  const statements = await world.statementsOf(() => world.as(world.owner).data(document, {
    ids: ids.map(({ globalId }) => globalId),
  }));
  expect(statements).toBe(principal + read);
});

/** Every list of the API, with all that its records show of themselves and of the records next to them. */
const lists = Object.values(schema.getQueryType()!.getFields()).filter(({ type, args }) => (
  isObjectType(type) && type.name.endsWith('Connection') && !args.some(isRequiredArgument)));

function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (field.args.some(isRequiredArgument)) return [];
    if (!isObjectType(named)) return isLeafType(named) ? [field.name] : [];
    if (depth === 0 || named.name === 'PageInfo') return [];
    const below = selectionOf(named, depth - 1);
    return below ? [`${field.name} { ${below} }`] : [];
  });
  return fields.join(' ');
}

describe.each(lists.map(({ name, type }) => [name, type] as const))('%s, with all its fields', (name, type) => {
  test('takes one statement for its rows and one for their number', async () => {
    const nodes = getNamedType((type as GraphQLObjectType).getFields().nodes!.type);
    const answer: { data?: Record<string, unknown> | null; errors?: readonly unknown[] } = {};
    const statements = await world.statementsOf(async () => {
      Object.assign(
        answer,
        await world.as(world.owner).ask(`{ ${name}(first: 50) { totalCount nodes { ${selectionOf(nodes, 1)} } } }`));
    });
    expect(answer.data?.[name], JSON.stringify(answer.errors)).toMatchObject({
      totalCount: expect.any(Number) as number,
    });
    expect(statements).toBe(principal + 2 * read);
  });
});
