import { type Operator, type Parameters, type Predicate, operandValue } from './predicate.ts';

/** A loaded record: fields by name, related records as nested rows (to-one: row or null; to-many: rows). */
export type LoadedRow = Readonly<Record<string, unknown>>;

/**
 * A predicate over a loaded row: the third printer. Used where the row a rule speaks of is not in the database yet (an
 * update needs reach before and after).
 *
 * @throws Error when the row was loaded without a field or relation that the predicate asks for: absent is not false
 */
export function evaluate(predicate: Predicate, row: LoadedRow, parameters: Parameters): boolean {
  switch (predicate.kind) {
    case 'always': return true;
    case 'never': return false;
    case 'all': return predicate.of.every((each) => evaluate(each, row, parameters));
    case 'some': return predicate.of.some((each) => evaluate(each, row, parameters));
    case 'not': return !evaluate(predicate.of, row, parameters);
    case 'related': {
      const value = loaded(row, predicate.relation);
      const rows = (Array.isArray(value) ? value : value === null ? [] : [value]) as LoadedRow[];
      return rows.some((each) => evaluate(predicate.where, each, parameters));
    }
    case 'test':
      return compare(predicate.operator, loaded(row, predicate.field), operandValue(predicate.operand, parameters));
  }
}

function loaded(row: LoadedRow, name: string): unknown {
  const value = row[name];
  if (value === undefined) throw new Error(`The row was loaded without ${name}, which a rule asks for.`);
  return value;
}

function compare(operator: Operator, left: unknown, right: unknown): boolean {
  const isNull = left === null;
  switch (operator) {
    case 'isNull': return isNull;
    case 'isNotNull': return !isNull;
    case 'eq': return !isNull && same(left, right);
    case 'ne': return isNull || !same(left, right);
    case 'in': return !isNull && (right as unknown[]).some((each) => same(left, each));
    case 'notIn': return isNull || !(right as unknown[]).some((each) => same(left, each));
    case 'lt': return !isNull && order(left) < order(right);
    case 'lte': return !isNull && order(left) <= order(right);
    case 'gt': return !isNull && order(left) > order(right);
    case 'gte': return !isNull && order(left) >= order(right);
    case 'contains': return !isNull && String(left).toLowerCase().includes(String(right).toLowerCase());
    case 'startsWith': return !isNull && String(left).toLowerCase().startsWith(String(right).toLowerCase());
  }
}

function same(left: unknown, right: unknown): boolean {
  return order(left) === order(right);
}

/** Values that JavaScript compares by identity, as something it compares by value. */
function order(value: unknown): string | number | bigint | boolean {
  if (value instanceof Date) return value.getTime();
  return value as string | number | bigint | boolean;
}
