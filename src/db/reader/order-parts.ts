import type { Values } from '../print-sql.ts';
import { type OrderKey, keyColumn, printAfter } from './order.ts';

/** A stretch of a list in which the first key has a value everywhere, or nowhere: there an index goes straight on. */
export type OrderPart = {
  /** The keys to order by; in this stretch the first is as good as not nullable. */
  keys: readonly OrderKey[];
  condition?: (alias: string) => string;
  after?: (alias: string, values: Values) => string;
};

/** The stretches of a list from its cursor on, in the order in which they are walked. */
export function orderParts(
  keys: readonly OrderKey[], cursor: readonly unknown[] | undefined, backwards: boolean,
): OrderPart[] {
  const [first, ...others] = keys as [OrderKey, ...OrderKey[]];
  const after = (sought: readonly OrderKey[], values: readonly unknown[]) => (alias: string, placeholders: Values) =>
    printAfter(sought, values, alias, backwards, placeholders);
  if (!first.isNullable) return [{ keys, ...(cursor ? { after: after(keys, cursor) } : {}) }];
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
