import type { Predicate, Test } from '../predicate.ts';
import type { Values } from '../print-sql.ts';
import { type OrderKey, keyColumn, printAfter } from './order.ts';
import type { RowList } from './print.ts';

/** A stretch of a list in which the first key has a value everywhere, or nowhere: there an index goes straight on. */
export type OrderPart = {
  /** The keys to order by; in this stretch the first is as good as not nullable. */
  keys: readonly OrderKey[];
  condition?: (alias: string, values: Values) => string;
  after?: (alias: string, values: Values) => string;
};

/** The stretches of a list from its cursor on, in the order in which they are walked. */
export function orderParts(
  { order, after: cursor, backwards }: Pick<RowList, 'order' | 'after' | 'backwards'>,
): OrderPart[] {
  const [first, ...others] = order as [OrderKey, ...OrderKey[]];
  const after = (sought: readonly OrderKey[], values: readonly unknown[]) => (alias: string, placeholders: Values) =>
    printAfter(sought, values, alias, backwards, placeholders);
  if (!first.isNullable) return [{ keys: order, ...(cursor ? { after: after(order, cursor) } : {}) }];
  const known = [{ ...first, isNullable: false }, ...others];
  const isWithout = cursor && (cursor[0] === null || cursor[0] === undefined);
  const withValue: OrderPart = {
    keys: known, condition: (alias) => `${keyColumn(first, alias)} is not null`,
    ...(cursor && !isWithout ? { after: after(known, cursor) } : {}),
  };
  const without: OrderPart = {
    keys: known, condition: (alias) => `${keyColumn(first, alias)} is null`,
    ...(cursor && isWithout ? { after: after(others, cursor.slice(1)) } : {}),
  };
  const parts = backwards ? [without, withValue] : [withValue, without];
  return parts.slice(Math.max(0, parts.findIndex((part) => part.after)));
}

const least = `'00000000-0000-0000-0000-000000000000'::uuid`;
const greatest = `'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`;

/**
 * A list whose condition says between which values its first key lies is the stretch between them. PostgreSQL, which
 * plans without the values, takes such a stretch for next to nothing, and would read and sort all of it; so the end
 * that a walk comes to last is said with the id, as the end of a page is, which it takes for a third of the list.
 *
 * @returns the stretch, and the rest of the condition; null where there are not both ends
 */
export function rangeInOrder(
  parts: readonly Predicate[], list: Pick<RowList, 'order' | 'after' | 'backwards'>,
): { part: OrderPart; rest: readonly Predicate[] } | null {
  const [first] = list.order as [OrderKey];
  const isDescending = first.descending !== list.backwards;
  const endOf = (...operators: string[]) => parts.find((each): each is Test => (
    each.kind === 'test' && each.field === first.column && 'value' in each.operand
    && operators.includes(each.operator)));
  const [upper, lower] = [endOf('lt', 'lte'), endOf('gt', 'gte')];
  if (!upper || !lower || first.isText) return null;
  const end = isDescending ? lower : upper;
  const [comparison, id] = {
    lt: ['<', least], lte: ['<=', greatest], gt: ['>', greatest], gte: ['>=', least],
  }[end.operator as 'lt' | 'lte' | 'gt' | 'gte'];
  const condition = (alias: string, values: Values) => (
    `(${keyColumn(first, alias)}, ${alias}.id) ${comparison} (${values.operand(end.operand, first.type)}, ${id})`);
  const [part] = orderParts({ ...list, order: [{ ...first, isNullable: false }, ...list.order.slice(1)] });
  return { part: { ...part!, condition }, rest: parts.filter((each) => each !== end) };
}
