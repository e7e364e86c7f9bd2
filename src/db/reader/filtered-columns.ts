import { isOwnedNoun, type Noun } from '../../auth/nouns.ts';
import { type Model, columnNamed } from '../models.ts';
import { type Predicate, type Test, all, partsOf, unindexed } from '../predicate.ts';
import { printSql } from '../print-sql.ts';
import type { Candidates } from '../searched-texts.ts';
import type { Printing, RowList } from './print.ts';
import { printWorkspace } from './ways.ts';

/**
 * Columns whose values an index over all records in use has in order, with the records' ids: (workspace_id, column, …,
 * id) where deleted_at is null. test/plans/indexes.test.ts holds this list and the database together.
 */
export const filteredColumns: Readonly<Record<string, readonly string[]>> = {
  Company: ['createdAt', 'updatedAt', 'employeeCount', 'annualRevenueMinor'],
  Contact: ['createdAt', 'updatedAt', 'birthOn'],
  Lead: ['createdAt', 'updatedAt', 'stageEnteredAt', 'score'],
  Deal: ['createdAt', 'updatedAt', 'stageEnteredAt', 'amountMinor', 'expectedCloseOn', 'closedAt'],
  Activity: ['createdAt', 'updatedAt', 'dueAt', 'happensAt'],
};

/**
 * Orders, besides that by creation, in which an index has what one record has, by the key that leads to it:
 * (workspace_id, key, column, id) where deleted_at is null.
 */
const ordersBelow: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Deal: { company_id: ['expectedCloseOn'] },
  Activity: { company_id: ['happensAt', 'dueAt'] },
};

/**
 * Orders in which an index has what each owner has of what one record has:
 * (workspace_id, owner_id, key, column, id) where deleted_at is null.
 */
const ownersBelow: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Deal: { company_id: ['createdAt'] },
  Contact: { company_id: ['fullName'] },
};

export function hasOwnersBelow(model: Model, key: string, order: RowList['order']): boolean {
  return ownersBelow[model.name]?.[key]?.includes(order[0]!.column) ?? false;
}

export function hasOrderBelow(model: Model, key: string, order: RowList['order']): boolean {
  return ordersBelow[model.name]?.[key]?.includes(order[0]!.column) ?? false;
}

/** Of more records than these pages (and never more than so many) a list is sooner walked along than put in order. */
const fewPages = 50;
const mostFew = 2000;

/**
 * How many records a range of values has is not known when a statement is planned. So its index is asked when it runs:
 * where they are few, they are the candidates, and put in order; otherwise the list is walked along in its own order.
 *
 * @returns `walked` is the condition for that walk, said so that no index answers the range; null where the order has
 *   the range's index itself, or another index says more
 */
export function findFiltered(
  where: Predicate, model: Model, { order, limit }: Pick<RowList, 'order' | 'limit'>, printing: Printing,
): { candidates: Candidates; walked: Predicate } | null {
  const parts = partsOf(where);
  const field = parts.find((each) => isRange(each) && order[0]!.column !== each.field
    && filteredColumns[model.name]?.includes(each.field));
  const isInUse = parts.some((each) => (
    each.kind === 'test' && each.field === 'deletedAt' && each.operator === 'isNull'));
  if (field?.kind !== 'test' || !isInUse || parts.some((each) => isBelowOne(each, model))) return null;
  const { values } = printing;
  const ranges = parts.filter((each) => isRange(each) && each.field === field.field);
  const most = Math.min(limit * fewPages, mostFew);
  const alias = values.alias();
  const ids = `select ${alias}.id from ${model.table} ${alias}`
    + ` where ${alias}.workspace_id = ${printWorkspace(printing)}`
    + ` and ${alias}.deleted_at is null and ${printSql(all(...ranges), model, alias, values)} limit ${most + 1}`;
  return {
    candidates: {
      ids: `(select case when count(*) <= ${most} then coalesce(array_agg(i.id), '{}') end from (${ids}) i)`,
      among: (of, found) => `${of}.id = any (${found}::uuid[])`,
    },
    walked: all(...parts.map((each) => (ranges.includes(each) ? unindexed(each) : each))),
  };
}

function isRange(each: Predicate): each is Test {
  return each.kind === 'test' && ['lt', 'lte', 'gt', 'gte'].includes(each.operator) && 'value' in each.operand;
}

/**
 * Whether a condition names the one record, among very many, that all rows hang below, or who looks after them: of
 * those there are indexes, and few.
 */
function isBelowOne(where: Predicate, model: Model): boolean {
  const named = linkNamed(where, model);
  return named !== null && (named === 'Member' || named === 'Team' || isOwnedNoun(named.toLowerCase() as Noun));
}

/** The model of the one record that a condition names by its id, of a link; null for other conditions. */
export function linkNamed(where: Predicate, model: Model): string | null {
  if (where.kind !== 'test' || where.operator !== 'eq' || 'parameter' in where.operand) return null;
  const { column } = columnNamed(model, where.field);
  const link = [...model.relations.values()].find(({ isList, on }) => (
    !isList && on.some(({ from }) => from === column)));
  return link?.model ?? null;
}
