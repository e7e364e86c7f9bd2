import { createHash } from 'node:crypto';
import { statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openEmbedded } from '../../src/db/setup/embedded.ts';
import { migrate } from '../../src/db/setup/migrate.ts';
import { readMigrations } from '../../src/db/setup/migration-files.ts';
import { findPostgres } from '../../src/db/setup/postgres-program.ts';
import { serverLogin, setUpDatabase } from '../../src/db/setup/setup.ts';
import { projectFolder } from '../../src/project.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    database: { adminUrl: string; serverUrl: string; template: string };
  }
}

/**
 * In memory where there is much of it. Every test file makes and drops a database of 700 files, and ext4 takes thirty
 * times as long to make files where many were deleted a moment ago, because it passes over their inodes one by one.
 */
function placeForTests(): string {
  const [memory, needed] = ['/dev/shm', 4 * 1024 ** 3];
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize > needed && os.freemem() > needed && !process.env.BENCH) return memory;
  } catch {
    // There is no such folder on other systems than Linux.
  }
  return os.tmpdir();
}

/** Kept between runs, outside the project: below a folder that every user may enter, as the server may be another. */
function testFolder(): string {
  const { major } = findPostgres(console.log);
  const key = createHash('sha256').update(`${projectFolder} ${os.userInfo().uid}`).digest('hex').slice(0, 12);
  return path.join(placeForTests(), `gatehouse-test-${major}-${key}`);
}

/** Starts PostgreSQL and migrates one template database, of which every test file gets a clone. */
export default async function startDatabase(project: TestProject): Promise<() => Promise<void>> {
  const database = await openEmbedded({
    folder: testFolder(),
    say: (line) => console.log(line),
    settings: {
      max_connections: '300',
      // What is kept of the log takes memory.
      max_wal_size: '160MB', min_wal_size: '32MB',
      // Tests outlive no crash; a benchmark of what commits cost would be a lie.
      ...(process.env.BENCH ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    },
  });
  try {
    const { adminUrl, serverUrl } = database;
    const template = await makeTemplate(adminUrl, serverUrl);
    project.provide('database', { adminUrl, serverUrl, template });
  } catch (error) {
    await database.stop();
    throw error;
  }
  return () => database.stop();
}

/** The template is named after what it is made from: an unchanged one is found again. */
async function makeTemplate(adminUrl: string, serverUrl: string): Promise<string> {
  const migrations = readMigrations();
  const content = migrations.map(({ name, checksum }) => `${name} ${checksum}`).join('\n');
  const made = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Two runs at once must not both make it.
    await client.query(`select pg_advisory_lock(hashtext('gatehouse test template'))`);
    await dropLeftovers(client, made);
    const found = await client.query<{ name: string }>(
      `select datname as name from pg_database where datname like 'template\\_%\\_${made}'`);
    if (found.rows[0]) return found.rows[0].name;
    const template = `template_${Date.now()}_${made}`;
    const building = `test_${Date.now()}_template`;
    await client.query(`create database ${building} template template0`);
    const url = new URL(adminUrl);
    url.pathname = `/${building}`;
    await setUpDatabase(url.href, serverLogin(serverUrl));
    await migrate(url.href, () => {}, migrations);
    await client.query(`alter database ${building} rename to ${template}`);
    return template;
  } finally {
    await client.end();
  }
}

/** Databases of runs that were killed, and templates that nobody will ask for again. Their names hold the time. */
async function dropLeftovers(client: pg.Client, made: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database d
       where datname ~ '^(test|template)_[0-9]{13}_' and datname not like '%\\_${made}'
         and split_part(datname, '_', 2)::bigint < extract(epoch from now() - interval '1 hour') * 1000
         and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
  );
  for (const { name } of rows) await client.query(`drop database if exists ${pg.escapeIdentifier(name)}`);
}
