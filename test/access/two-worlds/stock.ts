import {
  type GraphQLSchema, type IntrospectionQuery, getIntrospectionQuery, getNamedType, isEnumType, isInputObjectType,
  isObjectType,
} from 'graphql';
import { schema } from '../../../src/schema/index.ts';
import { tokenOf } from '../worlds/load-world.ts';
import type { Random, World } from '../worlds/world.ts';
import type { WorldServer } from '../worlds/world-server.ts';
import type { Cursors, Stock } from './document-writer.ts';
import { whatIsKnown } from './known.ts';
import type { Ids } from './literals.ts';
import type { Principal } from './principals.ts';

type Answer = { data?: Record<string, unknown> | null };

/**
 * What documents are written from for one principal: the schema as he sees it, and ids and cursors that he might have.
 */
export async function stockFor(
  { token, seer, focus }: Principal, workspaceSlug: string, worlds: readonly World[], servers: readonly WorldServer[],
  random: Random,
): Promise<Stock> {
  const seen = await seenCoordinates(servers[0]!, token);
  const isSeen = (coordinate: string) => seen.has(coordinate);
  return {
    schema, isSeen, known: await whatIsKnown(schema, isSeen, servers[0]!, token),
    self: seer && `member_${seer.memberId}`,
    ...(focus ? { focus } : {}),
    ids: idsIn(worlds, worlds[0]!.workspace!.find(({ slug }) => slug === workspaceSlug)?.id),
    cursors: await cursorsIn(servers, tokenOf(workspaceSlug, 'owen'), random),
  };
}

async function seenCoordinates(server: WorldServer, token: string | null): Promise<ReadonlySet<string>> {
  const answer = await server.ask(token, getIntrospectionQuery({ descriptions: false }), {}, 0);
  const { data } = JSON.parse(answer.split('\n').at(-1)!) as { data: IntrospectionQuery };
  return new Set(data.__schema.types.flatMap((type) => {
    if (type.kind === 'ENUM') return type.enumValues.map(({ name }) => `${type.name}.${name}`);
    if (type.kind === 'INPUT_OBJECT') return type.inputFields.map(({ name }) => `${type.name}.${name}`);
    return type.kind === 'OBJECT' || type.kind === 'INTERFACE' ? type.fields.map(({ name }) => `${type.name}.${name}`)
      : [];
  }));
}

const nouns = [
  'company', 'contact', 'lead', 'deal', 'activity', 'product', 'pipeline', 'stage', 'tag', 'team', 'member', 'role',
  'exchangeRate', 'invitation', 'mail', 'mailSuppression', 'job', 'apiKey',
];

/** Those of the principal's own workspace come more often than others. */
function idsIn(worlds: readonly World[], workspaceId: unknown): Ids {
  return new Map(nouns.map((noun) => {
    const table = noun === 'job' ? 'dead_job' : noun.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const rows = worlds.flatMap((world) => world[table] ?? []);
    const [own, away] = [true, false].map((isOwn) => (
      [...new Set(
        rows.filter((row) => (row.workspace_id === workspaceId) === isOwn).map(({ id }) => `${noun}_${id as string}`),
      )]));
    return [noun, [...own!, ...own!, ...away!]];
  }));
}

/** Cursors of every row there is, taken by the owner, who sees all: in every list's own order and in some others. */
async function cursorsIn(servers: readonly WorldServer[], ownersToken: string, random: Random): Promise<Cursors> {
  const cursors = new Map<string, Set<string>>();
  for (const { field, type, orders } of listsOf(schema)) {
    for (const order of ['', random.pick(orders), random.pick(orders)]) {
      const key = `${type} ${order}`;
      const found = cursors.get(key) ?? new Set();
      for (const server of servers) {
        const text = `{ list: ${field}(first: 100${order ? `, orderBy: ${order}` : ''}) { edges { cursor } } }`;
        const { data } = JSON.parse((await server.ask(ownersToken, text, {}, 0)).split('\n').at(-1)!) as Answer;
        for (const { cursor } of (data?.list as { edges: { cursor: string }[] } | null)?.edges ?? []) found.add(cursor);
      }
      cursors.set(key, found);
    }
  }
  return new Map([...cursors].filter(([, found]) => found.size > 0).map(([key, found]) => [key, [...found]]));
}

function listsOf(of: GraphQLSchema): { field: string; type: string; orders: string[] }[] {
  return Object.values(of.getQueryType()!.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    const orderBy = field.args.find(({ name }) => name === 'orderBy');
    const order = orderBy && getNamedType(orderBy.type);
    if (!isObjectType(named) || !isInputObjectType(order)) return [];
    const key = getNamedType(order.getFields().field!.type);
    const names = isEnumType(key) ? key.getValues().map(({ name }) => name) : [];
    const orders = names.flatMap((name) => [`[{ field: ${name} }]`, `[{ field: ${name}, direction: DESC }]`]);
    return [{ field: field.name, type: named.name, orders }];
  });
}
