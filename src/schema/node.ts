import type { FieldNode, GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import type { Noun } from '../auth/nouns.ts';
import type { Row } from '../db/database.ts';
import type { Predicate } from '../db/predicate.ts';
import { planRecordBelow } from '../db/reader/plan.ts';
import { readByIds, readRecord } from '../db/reader/read.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { idOf, parseGlobalId } from './global-id.ts';
import { asRecord, badInput, readContextOf, signedIn, withApiErrors } from './records.ts';

/** Under which key a row says its type where a field answers with several types. */
const typeKey = '#type';

export const Node = builder.interfaceRef<Row>('Node').implement({
  description: 'A record with an id that is unique among all records.',
  resolveType: (row) => row[typeKey] as string,
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'The id: the noun and a UUID, such as '
      + '`deal_0192f0c1-…`.', resolve: (row) => row.id as string }),
  }),
});

/** Record types that `node` answers with: the noun of their ids, and their name. */
const nodeTypes = new Map<string, string>();

/** Makes a record type's records reachable by `node` and `nodes`. */
export function registerNode(noun: Noun, typeName: string): void {
  nodeTypes.set(noun, typeName);
}

builder.queryFields((t) => ({
  node: t.field({
    type: Node, access: 'signedIn', extensions: { readsRecords: true },
    description: 'One record of any kind by its id; null when it is absent or out of reach.',
    args: { id: t.arg.id({ required: true, description: 'The id of a record.' }) },
    resolve: async (_root, { id }, context, info) => (await findNodes([String(id)], context, info))[0] ?? null,
  }),
  nodes: t.field({
    type: [Node], access: 'signedIn', nullable: { list: true, items: true }, extensions: { readsRecords: true },
    description: 'Records of any kind by their ids, at most 200, in the order of the ids; null for each that is absent '
      + 'or out of reach.',
    args: { ids: t.arg.idList({ required: true, description: 'Ids of records, at most 200.' }) },
    resolve: (_root, { ids }, context, info) => findNodes(ids.map(String), context, info),
  }),
}));

/** Records that are looked up at a time. */
export const maxIds = 200;

/** One statement for records of all kinds. The noun's read verdict comes first: without it nothing is asked. */
export async function findNodes(
  ids: readonly string[], context: GraphQLContext, info: GraphQLResolveInfo,
): Promise<(Row | null)[]> {
  const { profile } = signedIn(context);
  return withApiErrors(async () => {
    if (ids.length > maxIds) throw badInput('ids', `ids: at most ${maxIds} at a time.`);
    const parsed = ids.map((id) => {
      const known = parseGlobalId(id);
      return known && nodeTypes.has(known.noun) ? known : { noun: '', id: idOf('record', id, 'id') };
    });
    const asked = [...Map.groupBy(parsed, ({ noun }) => noun as Noun)]
      .filter(([noun]) => profile.reachOf(noun, 'read'))
      .map(([noun, records]) => ({ noun, ids: records.map(({ id }) => id) }));
    const found = await readNodes(asked, info.fieldNodes, context, info);
    return parsed.map(({ noun, id }) => found.get(`${noun}_${id}`) ?? null);
  });
}

/** What is asked of one kind of record. `conditions` are told with each row, as true or false under their names. */
export type AskedNodes = { noun: Noun; ids: readonly string[]; conditions?: ReadonlyMap<string, Predicate> };

/**
 * Records of several kinds, as far as they are in reach, for fields that answer with all of these: by noun and id, such
 * as `deal_0192f0c1-…`.
 *
 * @param selections the fields of the document whose selections say what is read
 */
export async function readNodes(
  asked: readonly AskedNodes[], selections: readonly FieldNode[], context: GraphQLContext, info: GraphQLResolveInfo,
): Promise<Map<string, Row>> {
  // In one order, whatever the order of the records: so there are few statements.
  const sorted = [...asked].sort((one, other) => (one.noun < other.noun ? -1 : 1));
  const plans = sorted.map(({ noun, ids, conditions = new Map() }) => {
    const type = info.schema.getType(nodeTypes.get(noun)!) as GraphQLObjectType;
    const record = planRecordBelow(info, selections, type, signedIn(context).profile);
    for (const [name, condition] of conditions) record.flags.set(name, condition);
    return { record, ids: [...new Set(ids)] };
  });
  const rows = await readByIds(plans, info, readContextOf(context));
  return new Map(sorted.flatMap(({ noun }, at) => rows[at]!.map((row) => (
    [`${noun}_${row.id as string}`, { ...row, [typeKey]: nodeTypes.get(noun) }]))));
}

/** Resolver of a look-up by id: null when the record is absent or out of reach. */
export function resolveRecord(noun: Noun) {
  return (_root: unknown, { id }: { id: string | number }, context: GraphQLContext, info: GraphQLResolveInfo) => (
    asRecord(withApiErrors(() => readRecord(info, idOf(noun, String(id), 'id'), readContextOf(context)))));
}
