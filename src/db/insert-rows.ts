import type { Transaction } from './database.ts';
import { Prisma } from './generated/prisma/client.ts';
import { type Column, type ColumnType, columnNamed, modelNamed } from './models.ts';

/** What rows of these tables are written with. */
export type NewRows = {
  Activity: Prisma.ActivityCreateManyInput;
  Company: Prisma.CompanyCreateManyInput;
  Contact: Prisma.ContactCreateManyInput;
  ContactAddress: Prisma.ContactAddressCreateManyInput;
  ContactEmail: Prisma.ContactEmailCreateManyInput;
  ContactPhone: Prisma.ContactPhoneCreateManyInput;
  Deal: Prisma.DealCreateManyInput;
  DealContact: Prisma.DealContactCreateManyInput;
  DealLine: Prisma.DealLineCreateManyInput;
  ExternalReference: Prisma.ExternalReferenceCreateManyInput;
  Lead: Prisma.LeadCreateManyInput;
  StageChange: Prisma.StageChangeCreateManyInput;
  StageEnterRole: Prisma.StageEnterRoleCreateManyInput;
  StageLeaveRole: Prisma.StageLeaveRoleCreateManyInput;
  StageReason: Prisma.StageReasonCreateManyInput;
  Tagging: Prisma.TaggingCreateManyInput;
};

/**
 * Inserts many rows in one statement, or in a few where they leave different columns to their defaults. What is
 * undefined takes the column's default.
 *
 * For what a batch writes: Prisma's `createMany` spends nine tenths of the time on compiling a statement with a
 * placeholder for every value, ours is the same text for any number of rows (500 deals: 20 ms instead of 400).
 */
export async function insertRows<M extends keyof NewRows>(
  tx: Transaction, model: M, rows: readonly NewRows[M][],
): Promise<void> {
  for (const some of Map.groupBy(rows, (row) => columnsOf(model, row).join(',')).values()) {
    await tx.$executeRaw(insertion(model, some));
  }
}

/**
 * The same as a part of a statement that does more (`with … select`), named and with its comma; nothing for no rows.
 */
export function insertPart<M extends keyof NewRows>(name: string, model: M, rows: readonly NewRows[M][]): Prisma.Sql {
  return rows.length === 0 ? Prisma.empty : Prisma.sql`${Prisma.raw(name)} as (${insertion(model, rows)}),`;
}

/** @param rows at least one; all name the same columns */
function insertion<M extends keyof NewRows>(model: M, rows: readonly NewRows[M][]): Prisma.Sql {
  const { table } = modelNamed(model);
  const columns = columnsOf(model, rows[0]!).map((name) => columnNamed(modelNamed(model), name));
  const names = columns.map(({ column }) => column).join(', ');
  const types = columns.map((column) => `${column.column} ${typeOf(column)}`).join(', ');
  const json = JSON.stringify(rows.map((row) => Object.fromEntries(
    columns.map(({ name, column, type }) => [column, jsonOf((row as Values)[name], type)]))));
  return Prisma.sql`${Prisma.raw(`insert into ${table} (${names}) select ${names} from jsonb_to_recordset(`)}${json}${
    Prisma.raw(`::jsonb) as r(${types})`)}`;
}

type Values = Record<string, unknown>;

/** Columns that a row names. One that may be empty is named by all of them, so that there are few kinds of rows. */
function columnsOf(model: keyof NewRows, row: object): string[] {
  const { columns } = modelNamed(model);
  return [...columns.values()]
    .filter(({ name, isNullable }) => isNullable || (row as Values)[name] !== undefined)
    .map(({ name }) => name);
}

const types: Record<Exclude<ColumnType, 'enum'>, string> = {
  uuid: 'uuid', text: 'text', code: 'bpchar', int: 'int', bigint: 'bigint', decimal: 'numeric', boolean: 'boolean',
  instant: 'timestamptz', date: 'date', json: 'jsonb',
};

function typeOf({ type, enumType, isList }: Column): string {
  return `${type === 'enum' ? enumType! : types[type]}${isList ? '[]' : ''}`;
}

function jsonOf(value: unknown, type: ColumnType): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return type === 'date' ? value.toISOString().slice(0, 10) : value.toISOString();
  return type === 'bigint' || type === 'decimal' ? String(value) : value;
}
