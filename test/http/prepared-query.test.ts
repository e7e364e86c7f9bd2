import {
  type DocumentNode, type ExecutionResult, type GraphQLFieldConfigMap, GraphQLEnumType, GraphQLInt,
  GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, type GraphQLResolveInfo, GraphQLSchema,
  GraphQLString, GraphQLUnionType, execute, getOperationAST, parse, responsePathAsArray,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { Refusals } from '../../src/auth/refusals.ts';
import { runQuery } from '../../src/http/prepared-query.ts';
import type { GraphQLContext } from '../../src/schema/context.ts';
import { schema } from '../../src/schema/index.ts';
import { fill } from '../support/fill.ts';
import { type WorldMember, openWorld } from '../support/world.ts';
import { randomDocument, randomFrom } from './random-documents.ts';

// What answers queries is held against graphql-js: on our schema, and on one whose resolvers fail in every way.

type Answer = { data: unknown; errors: unknown[] };

function plain({ data, errors = [] }: ExecutionResult): Answer {
  return JSON.parse(JSON.stringify({ data: data ?? null, errors })) as Answer;
}

/** Of fields that are waited for at the same time, which fails first is a matter of luck. */
function byPlace({ data, errors }: Answer): Answer {
  const place = (error: unknown) => JSON.stringify((error as { path?: unknown }).path);
  return { data, errors: errors.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)) };
}

async function both(
  of: GraphQLSchema, document: DocumentNode, contextValue: () => unknown, variableValues?: Record<string, unknown>,
): Promise<{ ours: Answer; theirs: Answer }> {
  const args = { schema: of, document, variableValues };
  const theirs = plain(await execute({ ...args, contextValue: contextValue() }));
  const ours = plain(await runQuery({ ...args, contextValue: contextValue() }, getOperationAST(document)!));
  return { ours, theirs };
}

test('random queries of the schema are answered as graphql-js answers them', async () => {
  const world = await openWorld();
  await fill(world, { deals: 300 });
  const now = new Date();
  const principalOf = async (member: WorldMember) => (await world.contextOf(member)).principal;
  const principals = await Promise.all([world.owner, world.manager, world.viewer].map(principalOf));
  const context = (at: number): GraphQLContext => ({
    services: { ...world.services, now: () => now }, principal: principals[at % principals.length]!,
    credentials: 'bearer', sessionToken: null, requestId: 'a-request', ipAddress: null, userAgent: null,
    refusals: new Refusals(), responseHeaders: new Headers(), secureCookies: false,
    signal: new AbortController().signal,
  });
  let answered = 0;
  for (let seed = 0; seed < 250; seed += 1) {
    const text = randomDocument(schema, { random: randomFrom(seed), maxDepth: 6 });
    const contexts: GraphQLContext[] = [];
    const { ours, theirs } = await both(schema, parse(text), () => {
      contexts.push(context(seed));
      return contexts.at(-1);
    });
    expect(byPlace(ours), text).toEqual(byPlace(theirs));
    const [theirRefusals, ourRefusals] = contexts.map(({ refusals }) => plain({ errors: refusals.errors() }).errors);
    expect(ourRefusals, text).toEqual(theirRefusals);
    if (ours.data) answered += 1;
  }
  expect(answered).toBeGreaterThan(100);
  await world.close();
});

/** How resolvers misbehave: the same at the same place of the same run. */
type Mischief = { seed: number; isAsync: boolean };

/** A value, or what happens instead of it. */
function mischief(value: unknown, { seed, isAsync }: Mischief, info: GraphQLResolveInfo): unknown {
  const place = responsePathAsArray(info.path).join('.');
  const random = randomFrom([...place].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed));
  const happening = random();
  const broken = [null, undefined, new Error(`at ${place}`)];
  const given = happening < 0.09 ? broken[Math.floor(happening / 0.03)] : value;
  const waits = isAsync && random() < 0.4;
  if (happening > 0.96) {
    if (waits) return Promise.reject(new Error(`late at ${place}`));
    throw new Error(`thrown at ${place}`);
  }
  return waits ? Promise.resolve(given) : given;
}

function mischievousSchema(): GraphQLSchema {
  const must = GraphQLNonNull;
  const Choice = new GraphQLEnumType({ name: 'Choice', values: { ONE: { value: 1 }, TWO: { value: 2 } } });
  const always = (value: unknown) => (_source: unknown, _args: unknown, context: Mischief, info: GraphQLResolveInfo) =>
    mischief(value, context, info);
  const Node = new GraphQLInterfaceType({
    name: 'Node', fields: { name: { type: GraphQLString } }, resolveType: ({ type }: { type: string }) => type,
  });
  const fields = (): GraphQLFieldConfigMap<unknown, Mischief> => ({
    name: { type: GraphQLString, resolve: always('a name') },
    plain: { type: GraphQLString },
    must: { type: new must(GraphQLString), resolve: always('there') },
    repeat: {
      type: GraphQLInt, args: { times: { type: new must(GraphQLInt), defaultValue: 2 } },
      resolve: (_source, { times }: { times: number }, context, info) => mischief(times, context, info),
    },
    choice: { type: Choice, resolve: always(2) },
    wrong: { type: Choice, resolve: always(3) },
    thing: { type: Thing, resolve: always(thing) },
    mustThing: { type: new must(Thing), resolve: always(thing) },
    things: { type: new GraphQLList(Thing), resolve: always([thing, null, thing]) },
    mustThings: { type: new must(new GraphQLList(new must(Thing))), resolve: always(new Set([thing, thing])) },
    grid: { type: new GraphQLList(new GraphQLList(new must(GraphQLInt))), resolve: always([[1, 2], [3, null], [4]]) },
    late: { type: new GraphQLList(GraphQLInt), resolve: always([Promise.resolve(1), 2]) },
    noList: { type: new GraphQLList(GraphQLInt), resolve: always('text') },
    node: { type: Node, resolve: always(thing) },
    any: { type: Any, resolve: always({ type: 'Other', plain: 'other' }) },
    every: { type: new GraphQLList(new must(Any)), resolve: always([thing, { type: 'Other' }]) },
  });
  const Thing: GraphQLObjectType = new GraphQLObjectType({ name: 'Thing', interfaces: [Node], fields });
  const Other: GraphQLObjectType = new GraphQLObjectType({ name: 'Other', interfaces: [Node], fields });
  const Any = new GraphQLUnionType({
    name: 'Any', types: [Thing, Other], resolveType: ({ type }: { type: string }) => type,
  });
  const thing = { type: 'Thing', plain: 'a property' };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }), types: [Thing, Other] });
}

describe('where resolvers fail', () => {
  const mischievous = mischievousSchema();

  test('at once, data and errors are those of graphql-js', async () => {
    let failed = 0;
    for (let seed = 0; seed < 600; seed += 1) {
      const document = parse(randomDocument(mischievous, { random: randomFrom(seed), maxDepth: 5 }));
      const { ours, theirs } = await both(mischievous, document, (): Mischief => ({ seed, isAsync: false }));
      expect(withoutWording(ours), `seed ${seed}`).toEqual(withoutWording(theirs));
      failed += ours.errors.length;
    }
    expect(failed).toBeGreaterThan(300);
  });

  // Which of several errors puts a null is a matter of what fails first, and that is nobody's promise.
  test('or later, data are those of graphql-js, and nulls that are failures have their error', async () => {
    for (let seed = 0; seed < 600; seed += 1) {
      const document = parse(randomDocument(mischievous, { random: randomFrom(seed), maxDepth: 5 }));
      const { ours, theirs } = await both(mischievous, document, (): Mischief => ({ seed, isAsync: true }));
      expect(ours.data, `seed ${seed}`).toEqual(theirs.data);
      expect(ours.errors.length > 0, `seed ${seed}`).toBe(theirs.errors.length > 0);
    }
  });
});

/** A bug is told to nobody, so its words are our own. */
function withoutWording({ data, errors }: Answer): unknown {
  const known = /^(at|thrown at|late at|Cannot return null|Expected Iterable)/;
  return {
    data,
    errors: (errors as { message: string }[])
      .map((each) => ({ ...each, message: known.exec(each.message)?.[0] ?? '' })),
  };
}

describe('selections', () => {
  const mischievous = mischievousSchema();
  const calm = (): Mischief => ({ seed: 42, isAsync: false });

  test.each([
    ['of a field in several places and fragments are merged', `{
      thing { ...A name } thing { plain ... on Node { name } ...A }
    } fragment A on Thing { thing { plain } thing { choice } }`],
    ['are named like what objects inherit', '{ __proto__: thing { constructor: plain toString: name } then: name }'],
    ['stand by their conditions', `query ($yes: Boolean! = true, $no: Boolean! = false) {
      thing @include(if: $yes) { name @skip(if: $no) plain @skip(if: $yes) ... @include(if: $no) { choice } }
      any { __typename } }`],
    ['take variables and defaults',
      'query ($times: Int! = 7) { repeat(times: $times) other: repeat again: repeat(times: 3) }'],
    ['of abstract types take what the value is of',
      '{ every { __typename ... on Other { plain } ... on Thing { name } } node { __typename name } }'],
  ])('%s', async (_title, text) => {
    const { ours, theirs } = await both(mischievous, parse(text), calm);
    expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
  });

  test('differ by the values of conditions within one document', async () => {
    const document = parse('query ($yes: Boolean!) { name @include(if: $yes) plain @skip(if: $yes) }');
    for (const yes of [true, false, true]) {
      const { ours, theirs } = await both(mischievous, document, calm, { yes });
      expect(ours).toEqual(theirs);
    }
  });

  test('are not begun with where variables are wrong', async () => {
    const document = parse('query ($times: Int!) { repeat(times: $times) }');
    for (const variables of [{}, { times: null }, { times: 'many' }, { times: 1.5 }]) {
      const { ours, theirs } = await both(mischievous, document, calm, variables);
      expect(ours).toEqual(theirs);
      expect(ours.errors).toHaveLength(1);
    }
  });
});
