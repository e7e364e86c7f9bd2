import type { FieldGroup, Noun } from '../../auth/nouns.ts';
import type { Profile } from '../../auth/profile.ts';
import { type Model, columnNamed } from '../models.ts';
import { sqlType, type Values } from '../print-sql.ts';
import { BadInputError, ForbiddenInputError } from './filter.ts';

/** What a list may be ordered by, kept in the order enum's extensions. */
export type Orderable = Record<string, { column: string; fieldGroup: FieldGroup }>;
export type OrderBy = { field: string; direction: 'ASC' | 'DESC' };

/** One key of an order. The last is always the id, so that the order is total. */
export type OrderKey = {
  column: string; sqlColumn: string; type: string; isText: boolean; isNullable: boolean; descending: boolean;
};

/**
 * The keys of an order. Only what the profile can read on every record it reaches may order a list: anything else would
 * tell by the place of a record what its field holds.
 *
 * @throws ForbiddenInputError otherwise, naming the place
 */
export function compileOrder(
  orderable: Orderable, orderBy: readonly OrderBy[] | null | undefined, fallback: readonly OrderBy[], model: Model,
  noun: Noun | null, profile: Profile,
): OrderKey[] {
  const wanted = orderBy?.length ? orderBy : fallback;
  if (wanted.length > 3) throw new BadInputError('orderBy', 'orderBy takes at most 3 fields.');
  const keys = wanted.map(({ field, direction }, at) => {
    const { column, fieldGroup } = orderable[field]!;
    // Children (noun null) were decided with their parent.
    if (noun && profile.readVerdict(noun, fieldGroup) !== 'always') {
      throw new ForbiddenInputError(`orderBy.${at}.field`, `${noun}.${fieldGroup}`);
    }
    return orderKey(model, column, direction === 'DESC');
  });
  const byId = keys.findIndex((key) => key.column === 'id');
  if (byId >= 0) return keys.slice(0, byId + 1);
  return [...keys, orderKey(model, 'id', keys.at(-1)?.descending ?? false)];
}

function orderKey(model: Model, name: string, descending: boolean): OrderKey {
  const column = columnNamed(model, name);
  return {
    column: name, sqlColumn: column.column, type: sqlType(column), isText: column.type === 'text',
    isNullable: column.isNullable,
    descending,
  };
}

/** The key of a column that always has a value and is no text. */
export function ascending(column: string, type: string): OrderKey {
  return { column, sqlColumn: column, type, isText: false, isNullable: false, descending: false };
}

/** Two lists with the same purpose may exchange cursors. */
export function orderPurpose(workspaceId: string, model: Model, keys: readonly OrderKey[]): string {
  return [workspaceId, model.name, ...keys.map((key) => `${key.column}${key.descending ? '-' : '+'}`)].join(' ');
}

/** `backwards` walks the same order from its end, for `last`. Nulls are last in the order itself, both ways. */
export function printOrder(keys: readonly OrderKey[], alias: string, backwards: boolean): string {
  return keys.map((key) => {
    const direction = key.descending !== backwards ? ' desc' : '';
    const nulls = !key.isNullable ? '' : backwards ? ' nulls first' : ' nulls last';
    return `${keyColumn(key, alias)}${direction}${nulls}`;
  }).join(', ');
}

/**
 * The rows that come after a cursor's (before it, when walking backwards). Where no key can be null and all go one way,
 * this is one row comparison, which an index on the keys answers without reading what came before; otherwise the first
 * key alone says where an index begins.
 */
export function printAfter(
  keys: readonly OrderKey[], cursor: readonly unknown[], alias: string, backwards: boolean, values: Values,
): string {
  const [first] = keys as [OrderKey];
  const sameWay = keys.every((key) => key.descending === first.descending);
  if (sameWay && keys.every((key) => !key.isNullable)) {
    const comparison = first.descending !== backwards ? '<' : '>';
    const placeholders = keys.map((key, at) => values.add(cursor[at], key.type));
    return `(${keys.map((key) => keyColumn(key, alias)).join(', ')}) ${comparison} (${placeholders.join(', ')})`;
  }
  if (first.isNullable) return after(0);
  const atMost = first.descending !== backwards ? '<=' : '>=';
  const bound = `${keyColumn(first, alias)} ${atMost} ${values.add(cursor[0], first.type)}`;
  return `(${bound} and ${after(0)})`;

  function after(at: number): string {
    const key = keys[at]!;
    const column = keyColumn(key, alias);
    const value = cursor[at];
    const deeper = at + 1 < keys.length ? after(at + 1) : 'false';
    if (value === null || value === undefined) {
      return backwards ? `(${column} is not null or ${deeper})` : `(${column} is null and ${deeper})`;
    }
    const comparison = key.descending !== backwards ? '<' : '>';
    const placeholder = values.add(value, key.type);
    const beyond = `${column} ${comparison} ${placeholder}`;
    const nulls = key.isNullable && !backwards ? ` or ${column} is null` : '';
    return `(${beyond} or (${column} = ${placeholder} and ${deeper})${nulls})`;
  }
}

/** A key as it is compared and sorted by. */
export function keyColumn(key: OrderKey, alias: string): string {
  return key.isText ? `${alias}.${key.sqlColumn} collate gatehouse.text_order` : `${alias}.${key.sqlColumn}`;
}
