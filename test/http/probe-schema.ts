import {
  GraphQLBoolean, type GraphQLFieldConfigMap, GraphQLEnumType, GraphQLError, GraphQLFloat, GraphQLInputObjectType,
  GraphQLInt, GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType, GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphQLContext } from '../../src/schema/context.ts';

type Source = Record<string, unknown>;
type Fields = GraphQLFieldConfigMap<Source, GraphQLContext>;

const workspaceId = '0190a000-0000-7000-8000-000000000000';

/**
 * A schema whose fields do what a good one never does: break, dawdle, say too much. It stands where ours would, on the
 * real server and the real database.
 */
export function probeSchema() {
  let resolved = 0;
  const counted = <T>(value: T) => () => {
    resolved += 1;
    return value;
  };
  const paging = { first: { type: GraphQLInt }, last: { type: GraphQLInt } };
  const rowsOf = (length: number) => Array.from({ length: Math.max(0, length) }, (_, index) => ({ index }));

  const Node = new GraphQLInterfaceType({
    name: 'Node', fields: { id: { type: GraphQLString } }, resolveType: () => 'Row',
  });
  const Row: GraphQLObjectType<Source, GraphQLContext> = new GraphQLObjectType({
    name: 'Row', interfaces: [Node],
    fields: (): Fields => ({
      id: { type: GraphQLString, resolve: counted('id') },
      name: { type: GraphQLString, resolve: counted('name') },
      parent: { type: Row, resolve: counted({}) },
      heavy: { type: GraphQLString, resolve: counted('heavy'), extensions: { cost: 100 } },
      rows: { type: RowConnection, args: paging, resolve: connectionOf },
      tags: { type: new GraphQLList(Row), resolve: counted(rowsOf(10)) },
    }),
  });
  const connectionOf = (_: Source, { first, last }: { first?: number | null; last?: number | null }) => {
    resolved += 1;
    const nodes = rowsOf(first === undefined && last === undefined ? 20 : Math.max(first ?? 0, last ?? 0));
    return { nodes, edges: nodes.map((node) => ({ node })), totalCount: nodes.length };
  };
  const RowEdge = new GraphQLObjectType({ name: 'RowEdge', fields: { node: { type: Row } } });
  const RowConnection = new GraphQLObjectType({
    name: 'RowConnection',
    fields: {
      nodes: { type: new GraphQLNonNull(new GraphQLList(Row)) }, edges: { type: new GraphQLList(RowEdge) },
      totalCount: { type: GraphQLInt },
    },
  });
  const Secretive = new GraphQLEnumType({ name: 'Secretive', values: { SHOWN: {}, HIDDEN_VALUE: {} } });
  const Picky = new GraphQLScalarType({
    name: 'Picky',
    parseValue() {
      throw new TypeError('picky internals');
    },
  });
  const Filter: GraphQLInputObjectType = new GraphQLInputObjectType({
    name: 'Filter',
    fields: () => ({
      and: { type: new GraphQLList(Filter) }, name: { type: GraphQLString }, kind: { type: Secretive },
    }),
  });

  const Query = new GraphQLObjectType<Source, GraphQLContext>({
    name: 'Query',
    fields: {
      hello: { type: GraphQLString, args: { name: { type: GraphQLString } }, resolve: (_, { name }: Source) => {
        resolved += 1;
        return name ?? 'world';
      } },
      number: {
        type: GraphQLFloat, args: { of: { type: new GraphQLNonNull(GraphQLInt) } }, resolve: (_, { of }: Source) => of,
      },
      rows: { type: RowConnection, args: paging, resolve: connectionOf },
      nodes: {
        type: new GraphQLList(Node), args: { ids: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) } },
        resolve: (_, { ids }: { ids?: string[] }) => rowsOf(ids?.length ?? 0),
      },
      node: { type: Node, resolve: counted({}) },
      find: {
        type: GraphQLString, args: { where: { type: Filter }, picky: { type: Picky } }, resolve: counted('found'),
      },
      text: {
        type: GraphQLString, args: { value: { type: GraphQLString }, cast: { type: GraphQLString } },
        resolve: async (_, { value, cast }: Source, { services }) => {
          const statement = { text: `select $1::text::${cast ?? 'text'} as it`, values: [value] };
          return String((await services.database.read(workspaceId, statement))[0]!.it);
        },
      },
      sleep: {
        type: GraphQLString, args: { seconds: { type: GraphQLFloat }, times: { type: GraphQLInt, defaultValue: 1 } },
        resolve: async (_, { seconds, times }: { seconds: number; times: number }, { services, signal }) => {
          for (let time = 0; time < times; time += 1) {
            resolved += 1;
            const nap = { text: 'select pg_sleep($1) as nap', values: [seconds] };
            await services.database.read(workspaceId, nap, signal);
          }
          return 'rested';
        },
      },
      dawdle: { type: GraphQLString, resolve: async () => {
        await sleep(60_000, undefined, { ref: false });
        return 'never';
      } },
      fail: {
        type: GraphQLString, args: { how: { type: GraphQLString } },
        resolve: (_, { how }: Source, context) => fail(String(how), context),
      },
      badEnum: { type: Secretive, resolve: () => 'a-value-of-the-database' },
      mustNotBeNull: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
      caller: {
        type: GraphQLString, resolve: (_, __, { credentials, principal }) => `${credentials} ${principal?.memberId}`,
      },
      header: { type: GraphQLString, resolve: (_, __, { principal, responseHeaders }) => {
        responseHeaders.append('x-member', principal?.memberId ?? 'nobody');
        return 'set';
      } },
      isSecure: { type: GraphQLBoolean, resolve: (_, __, { secureCookies }) => secureCookies },
      refused: { type: Row, resolve: (_, __, { refusals }, info) => {
        refusals.note(info.fieldNodes[0]!, () => ['refused'], 'Row.secret', 'row.secret');
        return null;
      } },
    },
  });
  const Mutation = new GraphQLObjectType<Source, GraphQLContext>({
    name: 'Mutation',
    fields: {
      touch: { type: GraphQLInt, resolve: () => (resolved += 1) },
      signIn: { type: GraphQLInt, extensions: { access: 'public' }, resolve: counted(1) },
      signUp: { type: GraphQLInt, extensions: { access: 'public' }, resolve: counted(1) },
    },
  });
  return {
    schema: new GraphQLSchema({ query: Query, mutation: Mutation }),
    /** How many resolvers of the schema were called so far. */
    resolved: () => resolved,
  };
}

/** Ways in which servers break. Each says something that clients must not hear: the word "secret". */
async function fail(how: string, { services: { database }, responseHeaders }: GraphQLContext): Promise<string> {
  const read = (text: string) => database.read(workspaceId, { text, values: [] });
  switch (how) {
    case 'error': throw new Error('secret of an error');
    case 'text': throw 'secret text';
    case 'object': throw { secret: 'of an object' };
    case 'nothing': throw undefined;
    case 'type error': return (undefined as unknown as { secret: string }).secret;
    case 'wrapped': throw new GraphQLError('secret wrapped', { originalError: new Error('secret inside') });
    case 'coded by nobody': throw new GraphQLError('secret code', { extensions: { code: 'SECRET' } });
    case 'http':
      throw new GraphQLError('secret', { extensions: { http: { status: 500, headers: { 'x-secret': '1' } } } });
    case 'several': throw new AggregateError([new Error('secret 1'), new Error('secret 2')], 'secrets');
    case 'sql': return String(await read('select * from secret_table'));
    case 'sql value': return String(await read(`select 'secret'::int`));
    case 'unique': return String(await read(
      `do $$ begin raise exception 'secret' using errcode = '23505', detail = 'Key (email)=(secret@x)'; end $$`));
    case 'prisma': return database.transaction(workspaceId, (tx) => tx.$queryRawUnsafe('select secret'));
    case 'prisma value':
      return String(await database.transaction(workspaceId, (tx) => tx.tag.findMany({ where: { id: 'secret' } })));
    case 'prisma input':
      return String(await database.transaction(workspaceId, (tx) => tx.tag.findMany({ where: { name: 5 as never } })));
    case 'known':
      responseHeaders.set('x-known', '1');
      throw new GraphQLError('Known.', { extensions: { code: 'FORBIDDEN' } });
    default: throw new RangeError('secret range');
  }
}
