import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../project.ts';
import { Refusal } from '../../refusal.ts';
import { migrationsFolder, readMigrations } from './migration-files.ts';
import { diffSchemas } from './schema-diff.ts';

/** The Prisma schema that the migrations make: what the next migration starts from. */
const migratedSchemaFile = path.join(migrationsFolder, 'migrated.prisma');

export function readSchema(): string {
  return readFileSync(path.join(projectFolder, 'prisma', 'schema.prisma'), 'utf8');
}

/** The SQL for what has changed in prisma/schema.prisma since the last migration; empty when nothing has. */
export function unmigratedSql(databaseUrl: string): Promise<string> {
  const migrated = existsSync(migratedSchemaFile) ? readFileSync(migratedSchemaFile, 'utf8') : '';
  return diffSchemas(databaseUrl, migrated, readSchema());
}

/** Remembers prisma/schema.prisma as what the migrations make. */
export function rememberSchema(): void {
  const lines = readSchema().split('\n').filter((line) => line.trim() !== '' && !/^\s*\/\//.test(line));
  const head = '// What the migrations make. Written by npm run db:migrate.';
  writeFileSync(migratedSchemaFile, `${[head, ...lines].join('\n')}\n`);
}

/**
 * Writes the next migration from what has changed in prisma/schema.prisma; an empty one, for policies and grants, when
 * nothing has.
 *
 * @param purpose  in lower case with underscores; becomes part of the folder's name
 * @returns the file, and whether a person must complete it before it may be applied
 */
export async function createMigration(
  databaseUrl: string, purpose: string,
): Promise<{ file: string; isComplete: boolean }> {
  if (!/^[a-z0-9_]{1,60}$/.test(purpose)) {
    throw new Refusal(`Name the migration in lower case with underscores, like deal_forecast, not "${purpose}".`);
  }
  const sql = await unmigratedSql(databaseUrl);
  const folder = path.join(migrationsFolder, `${nextNumber()}_${purpose}`);
  const file = path.join(folder, 'migration.sql');
  mkdirSync(folder);
  writeFileSync(file, `-- ${purpose.replaceAll('_', ' ')}. On a busy table: (say how it behaves)\n\n${sql}\n`);
  rememberSchema();
  return { file: path.relative(projectFolder, file), isComplete: sql !== '' && !/^create table/im.test(sql) };
}

/** The present time, in the order of migrations that are there already. */
function nextNumber(): string {
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const last = readMigrations().at(-1)?.name.slice(0, 14) ?? '';
  return last < now ? now : String(BigInt(last) + 1n);
}
