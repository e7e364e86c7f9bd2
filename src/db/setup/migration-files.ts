import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../project.ts';

export const migrationsFolder = path.join(projectFolder, 'prisma', 'migrations');

export interface Migration {
  /** The folder's name; it starts with the time, so that names sort in the order of application. */
  name: string;
  sql: string;
  /** What Prisma's own tools record and compare. */
  checksum: string;
  /**
   * Whether the file asks for it with `-- outside a transaction` in its first line, for the few statements that need
   * it (`create index concurrently`). It may then hold one statement, which must be safe to run again.
   */
  standsAlone: boolean;
}

/** All migrations, in the order of application. */
export function readMigrations(folder = migrationsFolder): Migration[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort();
  return names.map((name) => {
    const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    return { name, sql, checksum, standsAlone: sql.startsWith('-- outside a transaction') };
  });
}
