import type { Caller } from './caller.ts';

/** Names of the migrations that a database has. */
export async function appliedMigrations(caller: Caller): Promise<string[]> {
  const rows = await caller.call({
    text: 'select migration_name as name from gatehouse._prisma_migrations where finished_at is not null', values: [],
  });
  return rows.map(({ name }) => name as string);
}
