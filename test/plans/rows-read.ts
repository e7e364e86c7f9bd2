import type { World, WorldMember } from '../support/world.ts';

/** Rows by table. */
export type Rows = ReadonlyMap<string, number>;

/**
 * How many rows of each table PostgreSQL fetches for a document, by its own statistics: from tables and by indexes,
 * whatever asked for them, functions and policies included. What is answered by an index alone fetches none.
 */
export async function rowsRead(
  world: World, member: WorldMember, document: string, variables: Record<string, unknown> = {},
): Promise<{ read: Rows; returned: Rows; data: unknown }> {
  // The first time a connection plans its statement it looks into the catalogue and at the ends of indexes.
  await world.as(member).data(document, variables);
  const before = await fetched(world);
  const data = await world.as(member).data(document, variables);
  const after = await fetched(world);
  const read = new Map([...after].map(([table, rows]) => [table, rows - (before.get(table) ?? 0)] as const));
  return { read, returned: recordsIn(data), data };
}

async function fetched(world: World): Promise<Map<string, number>> {
  await flushStatistics(world);
  const rows = await world.rows<{ table: string; rows: string }>(
    `select relname as table, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows
       from pg_stat_user_tables where schemaname = 'gatehouse'`);
  return new Map(rows.map((row) => [row.table, Number(row.rows)]));
}

/** Tables with more rows than this. */
export async function bigTables(world: World, rows: number): Promise<string[]> {
  const found = await world.rows<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'gatehouse'::regnamespace and relkind = 'r' and reltuples > $1`, [
      rows,
    ]);
  return found.map(({ name }) => name);
}

/** Records in an answer by their table; the document asks for `__typename` of all of them. */
function recordsIn(answer: unknown, found = new Map<string, number>()): Map<string, number> {
  if (Array.isArray(answer)) for (const each of answer) recordsIn(each, found);
  else if (answer && typeof answer === 'object') {
    const { __typename: type, ...fields } = answer as Record<string, unknown> & { __typename?: string };
    const table = type?.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
    if (table) found.set(table, (found.get(table) ?? 0) + 1);
    recordsIn(Object.values(fields), found);
  }
  return found;
}

/** How often each index was asked. */
export async function indexScans(world: World): Promise<ReadonlyMap<string, number>> {
  await flushStatistics(world);
  const found = await world.rows<{ name: string; scans: string }>(
    `select indexrelname as name, idx_scan as scans from pg_stat_user_indexes where schemaname = 'gatehouse'`);
  return new Map(found.map(({ name, scans }) => [name, Number(scans)]));
}

/** Each connection keeps its counts for up to a second; asked all at once, every one of the pool hands them over. */
async function flushStatistics(world: World): Promise<void> {
  const flush = { text: 'select pg_stat_force_next_flush()', values: [] };
  await Promise.all([...Array.from({ length: 10 }, () => world.database.call(flush)), world.rows(flush.text)]);
}
