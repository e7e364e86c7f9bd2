import fc from 'fast-check';
import {
  type DocumentNode, type ExecutionResult, type GraphQLError, type GraphQLFieldConfigMap, GraphQLEnumType, GraphQLID,
  GraphQLInputObjectType, GraphQLInt, GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType,
  type GraphQLResolveInfo, GraphQLScalarType, GraphQLSchema, GraphQLString, GraphQLUnionType, execute,
  getOperationAST, parse, responsePathAsArray, validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../src/auth/principal.ts';
import { Refusals } from '../../src/auth/refusals.ts';
import { maskError } from '../../src/http/mask-errors.ts';
import { runQuery } from '../../src/http/prepared-query.ts';
import type { GraphQLContext } from '../../src/schema/context.ts';
import { schema } from '../../src/schema/index.ts';
import { maxVariants } from '../../src/selections.ts';
import { fill } from '../support/fill.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { literals, randomFrom } from './random-documents.ts';
import { Choices, variedDocument } from './varied-documents.ts';

/*
 * What answers queries is held against graphql-js, with random documents: on our schema and many records, and on a
 * schema whose resolvers fail in every way. More of them are tried by
 * `npm run test:access -- test/http/prepared-query.test.ts --runs 20000 --seed 7`.
 */
const runs = Number(process.env.ACCESS_RUNS ?? 80);
const seed = Number(process.env.ACCESS_SEED ?? 1);
const timeout = 60_000 + runs * 100;

/** The numbers that a document is made of (test/http/varied-documents.ts). */
const numbers = fc.array(fc.nat({ max: 9_999 }), { minLength: 50, maxLength: 600, size: 'max' });

/** Everything that a client gets, the order of keys included; errors by their places, as which comes first is luck. */
function told({ data, errors = [] }: ExecutionResult, refusals: readonly GraphQLError[] = []): string {
  const hasData = data !== undefined && data !== null;
  const masked = [...errors, ...refusals].map((error) => JSON.stringify(maskError(error, hasData).error));
  return JSON.stringify([data === undefined ? 'none' : data, ...masked.sort()], null, 1);
}

async function both(
  of: GraphQLSchema, document: DocumentNode, contextValue: () => unknown, variableValues?: Record<string, unknown>,
): Promise<{ ours: ExecutionResult; theirs: ExecutionResult }> {
  const args = { schema: of, document, variableValues };
  const theirs = await execute({ ...args, contextValue: contextValue(), hideSuggestions: true });
  const ours = await runQuery({ ...args, contextValue: contextValue() }, getOperationAST(document)!);
  return { ours, theirs };
}

/** A document of the numbers; one that is not valid never gets as far as this. */
function documentOf(of: GraphQLSchema, choices: Choices, ids: readonly string[], maxDepth: number) {
  const { text, variables } = variedDocument(of, choices, {
    maxDepth, maxFields: 40, runs: 3, literals: { ...literals, ID: ids.map((id) => JSON.stringify(id)) },
    ...(of === schema && { focus: ['deals', 'contacts', 'companies', 'leads', 'activities', 'node', 'nodes'] }),
  });
  const document = parse(text);
  fc.pre(validate(of, document).length === 0);
  return { text, document, variables };
}

test('random queries of the schema are answered as graphql-js answers them', { timeout }, async () => {
  const world = await openWorld();
  await fill(world, { deals: 300 });
  const ids = [...await someIds(world), 'deal_0190a000-0000-7000-8000-000000000000', 'a'];
  const now = new Date();
  const principalOf = async (member: WorldMember) => (await world.contextOf(member)).principal;
  const principals = await Promise.all([world.owner, world.manager, world.rep, world.viewer].map(principalOf));
  const contextOf = (principal: Principal): GraphQLContext => ({
    services: { ...world.services, now: () => now }, principal,
    credentials: 'bearer', sessionToken: null, requestId: 'a-request', ipAddress: null, userAgent: null,
    refusals: new Refusals(), responseHeaders: new Headers(), secureCookies: false,
    signal: new AbortController().signal,
  });
  const seen = { data: 0, errors: 0, refused: 0 };
  await fc.assert(fc.asyncProperty(numbers, async (given) => {
    const choices = new Choices(given);
    const principal = choices.of(principals);
    const { text, document, variables } = documentOf(schema, choices, ids, 6);
    for (const values of variables) {
      const contexts: GraphQLContext[] = [];
      const { ours, theirs } = await both(schema, document, () => {
        contexts.push(contextOf(principal));
        return contexts.at(-1);
      }, values);
      const [theirRefusals, ourRefusals] = contexts.map(({ refusals }) => refusals.errors());
      const what = `${text}\n${JSON.stringify(values)}`;
      expect(told(ours, ourRefusals), what).toBe(told(theirs, theirRefusals));
      if (ours.data) seen.data += 1;
      if (ours.errors) seen.errors += 1;
      if (ourRefusals!.length > 0) seen.refused += 1;
    }
  }), { numRuns: runs, seed, maxSkipsPerRun: 50 });
  for (const count of Object.values(seen)) expect(count, JSON.stringify(seen)).toBeGreaterThan(runs / 20);
  await world.close();
});

async function someIds({ rows }: World): Promise<string[]> {
  const nouns = ['company', 'contact', 'deal', 'lead', 'activity', 'stage', 'pipeline', 'team', 'member', 'role'];
  const each = nouns.map((noun) => `(select '${noun}_' || id as id from ${noun} order by id limit 3)`);
  return (await rows<{ id: string }>(each.join(' union all '))).map(({ id }) => id);
}

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
  const Anything = new GraphQLScalarType({
    name: 'Anything',
    serialize: (value) => {
      if (JSON.stringify(value).length % 5 === 0) throw new TypeError('no such thing');
      return value;
    },
    parseValue: (value) => {
      if (value === 'a') throw new TypeError('not this');
      return value;
    },
  });
  const Given: GraphQLInputObjectType = new GraphQLInputObjectType({
    name: 'Given', fields: () => ({
      choice: { type: Choice, defaultValue: 2 }, must: { type: new must(GraphQLInt) }, any: { type: Anything },
      lists: { type: new GraphQLList(new must(new GraphQLList(GraphQLInt))) }, given: { type: Given },
    }),
  });
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
    echo: {
      type: Anything,
      args: {
        given: { type: Given }, choices: { type: new GraphQLList(new must(Choice)), defaultValue: [1] },
        any: { type: Anything }, ids: { type: new GraphQLList(GraphQLID) },
      },
      resolve: (_source, args, context, info) => mischief(args, context, info),
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
    nodes: {
      type: new must(new GraphQLList(Node)),
      resolve: always([thing, { type: 'Other' }, null, { type: 'None' }]),
    },
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
  type Check = (ours: ExecutionResult, theirs: ExecutionResult, what: string) => void;
  const compare = async (isAsync: boolean, check: Check) => {
    await fc.assert(fc.asyncProperty(numbers, async (given) => {
      const choices = new Choices(given);
      const context: Mischief = { seed: choices.below(10_000), isAsync };
      const { text, document, variables } = documentOf(mischievous, choices, ['id'], 5);
      for (const values of variables) {
        const { ours, theirs } = await both(mischievous, document, () => context, values);
        check(ours, theirs, `${text}\n${JSON.stringify(values)}`);
      }
    }), { numRuns: runs * 4, seed, maxSkipsPerRun: 50 });
  };

  test('at once, data and errors are those of graphql-js', { timeout }, async () => {
    let failed = 0;
    await compare(false, (ours, theirs, what) => {
      expect(told(ours), what).toBe(told(theirs));
      failed += ours.errors?.length ?? 0;
    });
    expect(failed).toBeGreaterThan(runs);
  });

  // Which of several errors puts a null is a matter of what fails first, and that is nobody's promise.
  test('or later, data are those of graphql-js, and nulls that are failures have their error', { timeout }, async () => {
    await compare(true, (ours, theirs, what) => {
      expect(JSON.stringify(ours.data), what).toBe(JSON.stringify(theirs.data));
      expect(ours.errors !== undefined, what).toBe(theirs.errors !== undefined);
    });
  });
});

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
    expect(told(ours)).toBe(told(theirs));
  });

  test('differ by the values of conditions within one document', async () => {
    const document = parse('query ($yes: Boolean!) { name @include(if: $yes) plain @skip(if: $yes) }');
    for (const yes of [true, false, true]) {
      const { ours, theirs } = await both(mischievous, document, calm, { yes });
      expect(told(ours)).toBe(told(theirs));
    }
  });

  test('are right for more values of conditions than are remembered', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`).join()}) {
      thing { ${names.map((name) => `${name}: name @include(if: $${name})`).join(' ')} } }`);
    for (let bits = 0; bits < 64; bits += 1) {
      const values = Object.fromEntries(names.map((name, at) => [name, ((bits >> at) & 1) === 1]));
      const { ours, theirs } = await both(mischievous, document, calm, values);
      expect(told(ours)).toBe(told(theirs));
    }
    expect(names.length).toBeGreaterThan(Math.log2(maxVariants));
  });

  test('are not begun with where variables are wrong', async () => {
    const document = parse('query ($times: Int!) { repeat(times: $times) }');
    for (const variables of [{}, { times: null }, { times: 'many' }, { times: 1.5 }]) {
      const { ours, theirs } = await both(mischievous, document, calm, variables);
      expect(told(ours)).toBe(told(theirs));
      expect(ours.errors).toHaveLength(1);
    }
  });
});
