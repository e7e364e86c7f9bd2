import { type Model, modelNamed, relationNamed } from '../models.ts';
import { type Operand, type Predicate, type Test, all, always, not } from '../predicate.ts';
import { isListed, printSql } from '../print-sql.ts';
import { type OrderPart } from './order-parts.ts';
import { printOrder } from './order.ts';
import type { Printing, RowList } from './print.ts';

/**
 * The records that a list is of. `joins` tie them to what is there before them, such as the record they hang below.
 * `heads` are queries that stand before the list, by name, because several of its places ask them.
 */
export type Records = { model: Model; printing: Printing; joins: readonly Join[]; heads: Map<string, string> };
/** A condition on a row by its alias. */
type Join = (alias: string) => string;

/** One way to records: a condition, and whether they are met by going through other rows first. */
export type Way = { where: Predicate; through?: Through };
type Through =
  | { kind: 'related'; relation: string; rest: Predicate }
  | { kind: 'listed'; field: string; ids: Operand; rest: Predicate };

/** A part of a list in its order, as far as its limit. */
export type Stretch = Pick<RowList, 'backwards' | 'limit'> & {
  part: OrderPart; offset?: number;
  /** What is selected. Rows pass through several selects: whole, they would cost more than to find them. */
  columns: readonly string[];
};

/** The columns of a row that a piece of SQL speaks of. */
export function columnsOf(alias: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`\\b${alias}\\.(\\w+)`, 'g'))].map(([, column]) => column!);
}

export function printColumns(columns: readonly string[], alias: string): string {
  return columns.map((column) => `${alias}.${column}`).join(', ');
}

/** `gates` are decided before the first row is looked at. */
export type Selecting = { gates: readonly string[]; isAmongCandidates?: boolean; isWalk?: boolean };

/** Null for a condition that no index leads to. */
export function wayOf(where: Predicate, model: Model): Way | null {
  if (where.kind === 'test') return where.operator === 'eq' && 'parameter' in where.operand ? { where } : null;
  if (where.kind === 'related') {
    const relation = relationNamed(model, where.relation);
    if (relation.isList) return { where };
    if (!isListed(where.where)) return null;
    return { where, through: { kind: 'related', relation: where.relation, rest: where.where } };
  }
  if (where.kind !== 'all' || !where.of.every((each) => each.kind === 'test')) return null;
  for (const each of where.of) {
    if (each.operator !== 'in' || !('parameter' in each.operand)) continue;
    const rest = all(...where.of.filter((other) => other !== each));
    return { where, through: { kind: 'listed', field: each.field, ids: each.operand, rest } };
  }
  return null;
}

/** The way to what some owners have, who are named by their ids. */
export function wayOfOwners(where: Test): Way {
  return { where, through: { kind: 'listed', field: where.field, ids: where.operand, rest: always } };
}

/**
 * The rows of a stretch that are reached in this way; without a stretch one row for each of them all, to be counted.
 *
 * @param earlier ways before this: a record that can be reached in two is found in the first
 */
export function printWay(
  records: Records, { where, through }: Way, rest: Predicate, earlier: readonly Predicate[],
  { gates, isWalk }: Selecting, stretch: Stretch | null,
): string {
  const { model, printing } = records;
  if (!through) {
    const others = all(rest, ...earlier.map(not));
    if (where.kind === 'related') return printFromRelated(records, where, others, { gates, isWalk }, stretch);
    return printSelect(records, all(where, others), { gates, isWalk }, stretch);
  }
  if (through.kind === 'listed') {
    const one = printing.values.alias();
    const join = (alias: string) => `${alias}.${model.columns.get(through.field)!.column} = ${one}.id`;
    const others = all(through.rest, rest, ...earlier.map(not));
    const rows = printSelect(joined(records, join), others, { gates: [], isWalk }, stretch);
    const ids = `select distinct unnest(${printing.values.operand(through.ids, 'uuid[]')}) as id`;
    return `(select found.* from (${ids}) ${one}`
      + ` cross join lateral ${rows} found${printWhere(gates)})`;
  }
  const owners = printOwners(records, through);
  const { on } = relationNamed(model, through.relation);
  const column = on.find(({ to }) => to === 'id')!.from;
  const others: Predicate[] = [rest];
  const conditions = [...gates, owners.where];
  for (const each of earlier) {
    // Whoever was the first way is left out here, not his records one by one.
    if (each.kind === 'test' && model.columns.get(each.field)!.column === column) {
      conditions.push(`${owners.alias}.id <> ${printing.values.operand(each.operand, 'uuid')}`);
    } else others.push(not(each));
  }
  const join = (of: string) => on.map(({ from, to }) => `${of}.${from} = ${owners.alias}.${to}`).join(' and ');
  const owned = joined(records, join);
  const rows = (part: Stretch | null) => printSelect(owned, all(...others), { gates: [], isWalk }, part);
  if (stretch) return printMerged({ ...owners, column, conditions }, rows, records, stretch);
  return `(select found.* ${owners.from} cross join lateral ${rows(null)} found${printWhere(conditions)})`;
}

/** Those through whose ids records are reached, and which column of the records holds the id. */
export function printOwners(
  { model, printing }: Records, { relation, rest }: { relation: string; rest: Predicate },
): { alias: string; from: string; where: string } {
  const owner = modelNamed(relationNamed(model, relation).model);
  const alias = printing.values.alias();
  const where = `${alias}.workspace_id = ${printWorkspace(printing)}`
    + ` and ${printSql(rest, owner, alias, printing.values)}`;
  return { alias, from: `from ${owner.table} ${alias}`, where };
}

/** People, as rows of a query, and the records' column that says which of them each belongs to. */
type Owners = { alias: string; from: string; column: string; conditions: readonly string[] };

/** Of a page this part is read of each owner's list before it is known whose lists go on. */
const begunPart = 5;

/**
 * What several people own, in an order in which an index has what each of them owns. All their lists are begun; those
 * are read to the length of the page whose whole beginning is on it. For a page of twenty of eight people that makes
 * some fifty rows; a page of each would be 160.
 *
 * @param printRows  the rows of one owner, in a stretch
 */
function printMerged(
  { alias, from, column, conditions }: Owners, printRows: (stretch: Stretch) => string, { heads }: Records,
  stretch: Stretch,
): string {
  const rows = (part: Stretch, ...more: string[]) => (
    `select found.* ${from} cross join lateral ${printRows(part)} found${printWhere([...conditions, ...more])}`);
  const at = heads.size;
  const beginning = Math.ceil(stretch.limit / begunPart);
  const columns = [...new Set([...stretch.columns, column])];
  heads.set(`begun${at}`, rows({ ...stretch, columns, limit: beginning }));
  const page = `select b.* from begun${at} b order by ${printOrder(stretch.part.keys, 'b', stretch.backwards)}`
    + ` limit ${stretch.limit}`;
  heads.set(`longer${at}`,
    `select array(select p.${column} from (${page}) p group by 1 having count(*) = ${beginning}) as ids`);
  const longer = `(select l.ids from longer${at} l)::uuid[]`;
  return `(select ${printColumns(stretch.columns, 'b')} from begun${at} b where b.${column} <> all (${longer})`
    + ` union all ${rows(stretch, `${alias}.id = any (${longer})`)})`;
}

function printWhere(conditions: readonly string[]): string {
  return conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
}

/**
 * The records that have such a related one (a share), looked up from there: left to choose, PostgreSQL walks along the
 * list and asks of each record whether it is shared.
 */
function printFromRelated(
  records: Records, { relation: name, where }: { relation: string; where: Predicate }, rest: Predicate,
  { gates, isWalk }: Selecting, stretch: Stretch | null,
): string {
  const { model, printing } = records;
  const relation = relationNamed(model, name);
  const target = modelNamed(relation.model);
  const other = printing.values.alias();
  const { to } = relation.on.find(({ from }) => from === 'id')!;
  const ids = `select distinct ${other}.${to} as id from ${target.table} ${other}`
    + ` where ${other}.workspace_id = ${printWorkspace(printing)}`
    + ` and ${other}.${to} is not null and ${printSql(where, target, other, printing.values)}`;
  const one = printing.values.alias();
  const join = (alias: string) => `${alias}.id = ${one}.id`;
  const rows = printSelect(joined(records, join), rest, { gates: [], isWalk }, stretch);
  return `(select found.* from (${ids}) ${one} cross join lateral ${rows} found${printWhere(gates)})`;
}

function joined(records: Records, join: Join): Records {
  return { ...records, joins: [...records.joins, join] };
}

export function printSelect(
  { model, printing, joins }: Records, where: Predicate, { gates, isAmongCandidates, isWalk }: Selecting,
  stretch: Stretch | null,
): string {
  const { values } = printing;
  const alias = values.alias();
  const ties = joins.map((join) => join(alias));
  const conditions = [...gates, `${alias}.workspace_id = ${printWorkspace(printing)}`, ...ties];
  if (isAmongCandidates) conditions.push(`${alias}.id = any ((select c.ids from candidates c)::uuid[])`);
  if (where.kind !== 'always') conditions.push(printSql(where, model, alias, values, isWalk ? 'choice' : 'row'));
  if (!stretch) return `(select 1 from ${model.table} ${alias} where ${conditions.join(' and ')})`;
  const { part, backwards, limit, offset = 0 } = stretch;
  if (part.condition) conditions.push(part.condition(alias, values));
  if (part.after) conditions.push(part.after(alias, values));
  return `(select ${printColumns(stretch.columns, alias)} from ${model.table} ${alias}`
    + ` where ${conditions.join(' and ')}`
    + ` order by ${printOrder(part.keys, alias, backwards)} limit ${limit}${offset > 0 ? ` offset ${offset}` : ''})`;
}

export function printWorkspace({ values, workspaceId }: Printing): string {
  return values.shared('workspace', workspaceId, 'uuid');
}
