import type { Profile } from '../../auth/profile.ts';
import { readable } from '../../auth/reach.ts';
import { type Column, type Relation, columnNamed, inverseOf, modelNamed, relationNamed } from '../models.ts';
import { type Predicate, all, always, assuming, partsOf, related, unindexed } from '../predicate.ts';
import { Values, printSql } from '../print-sql.ts';
import { type ListArguments } from './arguments.ts';
import { type OrderKey, printAfter, printOrder } from './order.ts';
import type { ChildPlan, RecordPlan } from './plan.ts';
import { spreadCount, spreadRows } from './spread.ts';
import { columnsOf } from './ways.ts';

/** Behind a connection's key: its total count. */
export const countKey = '#count';

/** What printing needs besides the plan: the profile, the values, and the arguments of each list on the way. */
export type Printing = {
  profile: Profile;
  values: Values;
  workspaceId: string;
  argumentsOf: (child: ChildPlan) => ListArguments;
  /** Queries that stand before the statement, by name, because several of its places ask them. */
  heads: Map<string, string>;
};

export type RowList = {
  order: readonly OrderKey[];
  after?: readonly unknown[];
  limit: number;
  backwards: boolean;
  /** Whether each row carries the columns it is ordered by, for its cursor. */
  cursors: boolean;
  /** Whether the condition contains the usual reach, so that each row is one that can be read. */
  isReadable: boolean;
  /** A list of its own, not one below a record: it can be of any length, and is worth more than one way of reading. */
  isRoot?: boolean;
  /** Of a list below a record, the column that has the record's id. */
  below?: string;
};

/** Rows of one list: `select …` ending with its limit, over one table. `where` is what the caller adds to reach. */
export function printRows(
  plan: RecordPlan, where: Predicate, list: RowList, printing: Printing, join?: (alias: string) => string,
): string {
  if (list.isRoot) printing.values.isWalk = true;
  const alias = printing.values.alias();
  const linked = linkedRecord(plan, where, printing);
  const columns = printColumns(plan, alias, printing, list.isReadable, linked);
  for (const { column } of list.cursors ? list.order : []) {
    if (!plan.columns.has(column)) columns.push(`${printColumn(columnNamed(plan.model, column), alias)} as "${column}"`);
  }
  const asked = columnsOf(alias, columns.join());
  const spread = list.isRoot || list.below ? spreadRows(plan.model, where, list, asked, printing, join) : null;
  if (spread) return `select ${columns.join(', ')} from (${spread}) ${alias}`;
  const conditions = rowConditions(plan, linked?.rest ?? where, alias, printing, join);
  if (list.after) conditions.push(printAfter(list.order, list.after, alias, list.backwards, printing.values));
  // The limit is written out: as a placeholder it would make PostgreSQL plan the statement anew each time.
  const lateral = linked ? ` cross join lateral ${linked.print(alias)} ${linked.alias}` : '';
  const from = `${plan.model.table} ${alias}${lateral}`;
  return `select ${columns.join(', ')} from ${from} where ${conditions.join(' and ')}`
    + ` order by ${printOrder(list.order, alias, list.backwards)} limit ${list.limit}`;
}

export function printCount(
  plan: RecordPlan, where: Predicate, printing: Printing, join?: (alias: string) => string,
): string {
  const spread = join ? null : spreadCount(plan.model, where, printing);
  if (spread) return spread;
  const alias = printing.values.alias();
  const conditions = rowConditions(plan, where, alias, printing, join);
  return `select count(*)::int as total from ${plan.model.table} ${alias} where ${conditions.join(' and ')}`;
}

function rowConditions(
  plan: RecordPlan, where: Predicate, alias: string, printing: Printing, join?: (alias: string) => string,
): string[] {
  return [
    join ? join(alias) : `${alias}.workspace_id = ${printing.values.shared('workspace', printing.workspaceId, 'uuid')}`,
    ...(plan.only ? [plan.only(alias)] : []),
    ...(where.kind === 'always' ? [] : [printSql(where, plan.model, alias, printing.values)]),
  ];
}

/**
 * Who reads a relation reads what of it is in his reach and not deleted. Children come with their parent; links among
 * them only where the record they lead to can be read, so that nobody counts what he cannot see.
 */
export function rowsOf({ noun, link }: Pick<RecordPlan, 'noun' | 'link'>, profile: Profile): Predicate {
  if (noun) return readable(profile, noun);
  return link ? related(link.relation, readable(profile, link.noun)) : always;
}

type Linked = { child: ChildPlan; rest: Predicate; alias: string; print: (parentAlias: string) => string };

/**
 * A link is shown where the record that it leads to can be read. Where that record is asked for too, it is joined, and
 * so looked up once; `rest` is what else the links must fulfil. Null where nothing is to be joined.
 */
function linkedRecord(plan: RecordPlan, where: Predicate, printing: Printing): Linked | null {
  const { link } = plan;
  const child = link && plan.children.find(({ relation, shape }) => shape === 'one' && relation === link.relation);
  if (!child) return null;
  const parts = partsOf(where);
  const rest = parts.filter((each) => each.kind !== 'related' || each.relation !== link.relation
    || each.where !== readable(printing.profile, link.noun));
  if (rest.length === parts.length) return null;
  return {
    child, rest: all(...rest), alias: printing.values.alias(),
    print: (parentAlias) => (
      `(select row_to_json(r) as it from (${printOne(child, plan, parentAlias, printing, true)}) r)`),
  };
}

/** The columns that are asked of a record that can be read, for statements that are no list of records. */
export function printColumnsOf(plan: RecordPlan, alias: string, printing: Printing): string {
  return printColumns(plan, alias, printing, true).join(', ');
}

function printColumns(
  plan: RecordPlan, alias: string, printing: Printing, isReadable: boolean, linked: Linked | null = null,
): string[] {
  const columns: string[] = [];
  for (const name of plan.columns) columns.push(`${printColumn(columnNamed(plan.model, name), alias)} as "${name}"`);
  for (const [name, predicate] of plan.flags) {
    columns.push(`(${printSql(predicate, plan.model, alias, printing.values)}) is true as "${name}"`);
  }
  for (const [name, derivation] of plan.derived) {
    columns.push(`${derivation(alias, printing, isReadable)} as "${name}"`);
  }
  for (const child of plan.children) {
    if (child === linked?.child) columns.push(`${linked.alias}.it as "${child.key}"`);
    else columns.push(...printChild(child, plan, alias, printing, isReadable));
  }
  return columns;
}

/** As JSON can carry it: whole numbers beyond 2^53 and decimals as text, instants in UTC without their zone. */
function printColumn(column: Column, alias: string): string {
  const side = `${alias}.${column.column}`;
  switch (column.type) {
    case 'bigint': return `${side}::text`;
    case 'decimal': return `trim_scale(${side})::text`;
    case 'instant': return `(${side} at time zone 'UTC')`;
    default: return side;
  }
}

function printChild(
  child: ChildPlan, parent: RecordPlan, parentAlias: string, printing: Printing, parentIsReadable: boolean,
): string[] {
  if (child.shape === 'one') {
    const one = printOne(child, parent, parentAlias, printing, parentIsReadable);
    return [`(select row_to_json(r) from (${one}) r) as "${child.key}"`];
  }
  const relation = relationNamed(parent.model, child.relation);
  const record = child.record!;
  const join = (alias: string) => printJoin(relation, child.through, parentAlias, alias, printing);
  const reach = childReach(child, parent, relation, printing.profile, parentIsReadable);
  const list = printing.argumentsOf(child);
  const where = all(list.deleted ?? reach, list.where);
  const parts: string[] = [];
  if (child.wants.rows) {
    const key = relation.on.find(({ from }) => from === 'id');
    const below = key && record.noun && !list.deleted ? { below: key.to } : {};
    const rows = { ...list, cursors: child.wants.cursors, isReadable: !list.deleted, ...below };
    parts.push(`${printJsonArray(printRows(record, where, rows, printing, join))} as "${child.key}"`);
  }
  if (child.wants.totalCount) {
    parts.push(`(${printCount(record, where, printing, join)}) as "${child.key}${countKey}"`);
  }
  return parts;
}

/** The one record that a relation leads to, as far as it can be read. */
function printOne(
  child: ChildPlan, parent: RecordPlan, parentAlias: string, printing: Printing, parentIsReadable: boolean,
): string {
  const relation = relationNamed(parent.model, child.relation);
  const record = child.record!;
  const alias = printing.values.alias();
  const join = (of: string) => printJoin(relation, child.through, parentAlias, of, printing);
  const reach = childReach(child, parent, relation, printing.profile, parentIsReadable);
  const conditions = rowConditions(record, lookedUp(reach), alias, printing, join);
  const columns = printColumns(record, alias, printing, true);
  return `select ${columns.join(', ')} from ${record.model.table} ${alias} where ${conditions.join(' and ')}`;
}

/**
 * The condition of a record that is looked up by its id. Indexes for lists are of what is not deleted, and have the
 * ids: one that has all columns that are asked for would be gone through for the id, which PostgreSQL believes to be
 * cheap where it believes workspaces to be small.
 */
function lookedUp(where: Predicate): Predicate {
  const isDeletion = (each: Predicate) => each.kind === 'test' && each.field === 'deletedAt';
  const parts = partsOf(where);
  return all(...parts.map((each) => (isDeletion(each) ? unindexed(each) : each)));
}

/**
 * An activity is read by whoever can read a record it is on: below a deal that could be read this is not asked again.
 */
function childReach(
  { record, through }: ChildPlan, parent: RecordPlan, relation: Relation, profile: Profile, parentIsReadable: boolean,
): Predicate {
  const reach = rowsOf(record!, profile);
  if (!parentIsReadable || !parent.noun || !relation.isList || through) return reach;
  return assuming(reach, inverseOf(parent.model, relation).name, readable(profile, parent.noun));
}

/** The condition that ties a relation's rows to their parent, directly or through a table of links. */
function printJoin(
  relation: Relation, through: string | undefined, parentAlias: string, alias: string, printing: Printing,
): string {
  if (!through) return relation.on.map(({ from, to }) => `${alias}.${to} = ${parentAlias}.${from}`).join(' and ');
  const links = modelNamed(relation.model);
  const onward = relationNamed(links, through);
  const link = printing.values.alias();
  const conditions = [
    ...relation.on.map(({ from, to }) => `${link}.${to} = ${parentAlias}.${from}`),
    ...onward.on.map(({ from, to }) => `${alias}.${to} = ${link}.${from}`),
  ];
  return `exists (select 1 from ${links.table} ${link} where ${conditions.join(' and ')})`;
}

/** Rows as one JSON array, in their order; empty rather than null. */
export function printJsonArray(rows: string): string {
  return `(select coalesce(json_agg(r), '[]') from (${rows}) r)`;
}

/** A statement with the queries before it that its places ask. */
export function printStatement(text: string, { heads }: Printing): string {
  return printWithHeads(text, heads);
}

export function printWithHeads(text: string, heads: ReadonlyMap<string, string>): string {
  if (heads.size === 0) return text;
  return `with ${[...heads].map(([name, query]) => `${name} as materialized (${query})`).join(', ')} ${text}`;
}
