import {
  type FieldNode, type GraphQLField, type GraphQLObjectType, type GraphQLResolveInfo, getArgumentValues, getNamedType,
} from 'graphql';
import type { Profile } from '../../auth/profile.ts';
import type { RequestDatabase, Row, Statement } from '../database.ts';
import { type Parameters, type Predicate, all, test } from '../predicate.ts';
import { Values } from '../print-sql.ts';
import { type ListArguments, listArguments } from './arguments.ts';
import { type RecordPlan, childKey, planOf } from './plan.ts';
import { ascending } from './order.ts';
import { Page } from './page.ts';
import {
  type Printing, type RowList, countKey, printCount, printJsonArray, printRows, printStatement, rowsOf,
} from './print.ts';
import { connectionOf, recordTypeOf } from './reading.ts';
import { modelNamed } from '../models.ts';

/** What reading needs of a request. */
export type ReadContext = {
  database: RequestDatabase;
  workspaceId: string;
  profile: Profile;
  parameters: Parameters;
  cursorSecret: string;
  signal?: AbortSignal;
  /** Arguments of the lists in this document, made sense of once. */
  lists: Map<FieldNode, ListArguments>;
};

/** A page of a root list: one statement, and one more where the total count is asked for. */
export async function readPage(
  info: GraphQLResolveInfo, raw: Record<string, unknown>, context: ReadContext, extra?: Predicate,
): Promise<Page> {
  const plan = planOf(info, context.profile);
  const record = plan.record!;
  const field = info.parentType.getFields()[info.fieldName]!;
  const list = listArguments(raw, field, record.model, record.noun, context);
  const where = all(list.deleted ?? rowsOf(record, context.profile), list.where, ...(extra ? [extra] : []));
  const wanted = { ...list, cursors: plan.wants.cursors, isReadable: !list.deleted, isRoot: true };
  const [rows, total] = await Promise.all([
    plan.wants.rows ? readRows(record, where, wanted, info, context) : [],
    plan.wants.totalCount ? readCount(record, where, info, context) : null,
  ]);
  return new Page(rows, total, list, context.cursorSecret);
}

/**
 * Records of several kinds by their ids, as far as they are in reach, in one statement: for each kind in no particular
 * order.
 */
export async function readByIds(
  asked: readonly { record: RecordPlan; ids: readonly string[] }[], info: GraphQLResolveInfo, context: ReadContext,
): Promise<Row[][]> {
  if (asked.length === 0) return [];
  const printing = startPrinting(info, context);
  const columns = asked.map(({ record, ids }, at) => `${printByIds(record, ids, printing)} as rows${at}`);
  const answer = await ask(`select ${columns.join(', ')}`, printing, context);
  return asked.map((_kind, at) => JSON.parse(answer[`rows${at}`] as string) as Row[]);
}

/** As many rows as ids at most. The number stands in no text, so that there is one statement for any. */
function printByIds(record: RecordPlan, ids: readonly string[], printing: Printing): string {
  const one = ids.length === 1 ? test('id', 'eq', ids[0]) : test('id', 'in', ids);
  const where = all(rowsOf(record, printing.profile), one);
  const limit = ids.length === 1 ? 1 : Math.max(ids.length, manyIds);
  return `${printJsonArray(printRows(record, where, { ...byId, limit }, printing))}::text`;
}

const manyIds = 200;
const byId = { order: [ascending('id', 'uuid')], backwards: false, cursors: false, isReadable: true };

/** One record by its id; null when it is absent or out of reach. */
export async function readRecord(
  info: GraphQLResolveInfo, id: string, context: ReadContext, plan: RecordPlan = planOf(info, context.profile).record!,
): Promise<Row | null> {
  const statement = statementOf(plan, id, info, context);
  return recordIn(await context.database.read(context.workspaceId, statement, context.signal));
}

/**
 * The statement of `readRecord`, for whoever sends it together with others: `recordIn` finds the record in its answer.
 */
export function recordStatement(info: GraphQLResolveInfo, id: string, context: ReadContext): Statement {
  return statementOf(planOf(info, context.profile).record!, id, info, context);
}

function statementOf(plan: RecordPlan, id: string, info: GraphQLResolveInfo, context: ReadContext): Statement {
  const printing = startPrinting(info, context);
  const text = printStatement(`select ${printByIds(plan, [id], printing)} as rows`, printing);
  return { text, values: printing.values.list };
}

export function recordIn([answer]: readonly Row[]): Row | null {
  return (JSON.parse(answer!.rows as string) as Row[])[0] ?? null;
}

async function readRows(
  record: RecordPlan, where: Predicate, list: RowList, info: GraphQLResolveInfo, context: ReadContext,
): Promise<Row[]> {
  const printing = startPrinting(info, context);
  const rows = printJsonArray(printRows(record, where, list, printing));
  const answer = await ask(`select ${rows}::text as rows`, printing, context);
  return JSON.parse(answer.rows as string) as Row[];
}

async function readCount(
  record: RecordPlan, where: Predicate, info: GraphQLResolveInfo, context: ReadContext,
): Promise<number> {
  const printing = startPrinting(info, context);
  const answer = await ask(printCount(record, where, printing), printing, context);
  return answer.total as number;
}

/** Sends a statement that answers with one row. */
async function ask(
  statement: string, printing: Printing, { database, workspaceId, signal }: ReadContext,
): Promise<Row> {
  const text = printStatement(statement, printing);
  const [answer] = await database.read(workspaceId, { text, values: printing.values.list }, signal);
  return answer!;
}

/** What printing a statement by hand needs, for reads that are no list of records. */
export function startPrinting(info: GraphQLResolveInfo, context: ReadContext): Printing {
  return {
    profile: context.profile,
    values: new Values(context.parameters),
    workspaceId: context.workspaceId,
    heads: new Map(),
    argumentsOf: ({ field, node, record }) => childArguments(field, node, record!, info, context),
  };
}

function childArguments(
  field: GraphQLField<unknown, never>, node: FieldNode, record: Pick<RecordPlan, 'model' | 'noun'>,
  info: GraphQLResolveInfo, context: ReadContext,
): ListArguments {
  let list = context.lists.get(node);
  if (!list) {
    const raw = getArgumentValues(field as GraphQLField<unknown, unknown>, node, info.variableValues);
    context.lists.set(node, (list = listArguments(raw, field, record.model, record.noun, context)));
  }
  return list;
}

/** The page that a relation's connection answers with, from the row that the reader made. */
export function relatedPage(row: Row, info: GraphQLResolveInfo, context: ReadContext): Page {
  const node = info.fieldNodes[0]!;
  const key = childKey(node);
  const field = info.parentType.getFields()[info.fieldName]!;
  const { model, noun } = recordTypeOf(connectionOf(getNamedType(field.type) as GraphQLObjectType)!);
  const list = childArguments(field, node, { model: modelNamed(model), noun }, info, context);
  const rows = (row[key] as Row[] | undefined) ?? [];
  const total = (row[key + countKey] as number | undefined) ?? null;
  return new Page(rows, total, list, context.cursorSecret);
}

/** The record or the records of a plain list that a relation field answers with. */
export function relatedRows(row: Row, info: GraphQLResolveInfo): unknown {
  return row[childKey(info.fieldNodes[0]!)];
}
