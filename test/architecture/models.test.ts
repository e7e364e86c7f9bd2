import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ColumnType, modelNamed, modelNames } from '../../src/db/models.ts';
import { openTestDatabase } from '../support/database.ts';

/*
 * src/db/models.ts derives the database's names, types and keys from those of the Prisma models. Whoever names a column
 * so that this goes wrong (an id that is no UUID, a key to something else than an id) learns of it here.
 */
let client: pg.Client;
let close: () => Promise<void>;
beforeAll(async () => { ({ client, close } = await openTestDatabase()); });
afterAll(() => close());

const types: Readonly<Record<string, ColumnType>> = {
  uuid: 'uuid', text: 'text', varchar: 'text', bpchar: 'code', int4: 'int', int8: 'bigint', numeric: 'decimal',
  bool: 'boolean', timestamptz: 'instant', date: 'date', jsonb: 'json',
};
const models = modelNames.map((name) => modelNamed(name));

test('columns have the names and types that the catalogue has', async () => {
  type Found = { place: string; type: string; isEnum: boolean; isList: boolean; isNullable: boolean };
  const { rows } = await client.query<Found>(`
    select 'gatehouse.' || quote_ident(c.relname) || '.' || a.attname as place, e.typname as type,
      e.typtype = 'e' as "isEnum", t.typelem <> 0 and t.typcategory = 'A' as "isList", not a.attnotnull as "isNullable"
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      join pg_type e on e.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
    where c.relnamespace = 'gatehouse'::regnamespace and c.relkind = 'r'`);
  const known = new Map(rows.map((row) => [row.place, row]));
  const wrong = models.flatMap(({ table, columns }) => [...columns.values()].flatMap((column) => {
    const found = known.get(`${table}.${column.column}`);
    // A list is never null to Prisma, whatever its column allows.
    const says = [column.type, column.enumType ?? null, column.isList, column.isList || column.isNullable];
    const is = found && [
      found.isEnum ? 'enum' : types[found.type], found.isEnum ? `gatehouse.${found.type}` : null, found.isList,
      found.isList || found.isNullable,
    ];
    const isSame = JSON.stringify(is) === JSON.stringify(says);
    return isSame ? [] : [`${table}.${column.column}: ${says.join()}, not ${String(is)}`];
  }));
  expect(known.size).toBeGreaterThan(300);
  expect(wrong).toEqual([]);
});

test('relations go by the keys that the catalogue has, and those carry the workspace', async () => {
  const { rows } = await client.query<{ from: string; to: string; pairs: string[] }>(`
    select k.conrelid::regclass::text as from, k.confrelid::regclass::text as to, array(
      select f.attname || '=' || t.attname from unnest(k.conkey, k.confkey) as u(a, b)
        join pg_attribute f on f.attrelid = k.conrelid and f.attnum = u.a
        join pg_attribute t on t.attrelid = k.confrelid and t.attnum = u.b) as pairs
    from pg_constraint k where k.contype = 'f' and k.connamespace = 'gatehouse'::regnamespace`);
  const keyOf = (from: string, to: string, pairs: readonly string[]) => (
    `${from.replace('gatehouse.', '')}(${[...pairs].sort().join()}) → ${to.replace('gatehouse.', '')}`);
  const keys = new Set(rows.map(({ from, to, pairs }) => keyOf(from, to, pairs)));
  const wanted = models.flatMap(({ table, relations }) => [...relations.values()].map(({ model, isList, on }) => {
    const other = modelNamed(model).table;
    return isList ? keyOf(other, table, on.map(({ from, to }) => `${to}=${from}`))
      : keyOf(table, other, on.map(({ from, to }) => `${from}=${to}`));
  }));
  expect(wanted.length).toBeGreaterThan(100);
  expect([...new Set(wanted)].filter((key) => !keys.has(key))).toEqual([]);
});
