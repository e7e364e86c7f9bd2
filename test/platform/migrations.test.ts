import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkMigrated, migrate } from '../../src/db/setup/migrate.ts';
import { type Migration, readMigrations } from '../../src/db/setup/migration-files.ts';
import { serverLogin, setUpDatabase } from '../../src/db/setup/setup.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

const quiet = () => {};
const aMigration = (name: string, sql: string): Migration => ({
  name, sql, checksum: createHash('sha256').update(sql).digest('hex'), standsAlone: sql.startsWith('-- outside'),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

async function asServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('a database that was not set up is refused with what to do', async () => {
  await expect(migrate(database.adminUrl, quiet)).rejects.toThrow(
    'This database has not been prepared for this Gatehouse: run npm run db:setup first.');
});

describe('after the setup', () => {
  beforeAll(() => setUpDatabase(database.adminUrl, serverLogin(inject('database').serverUrl)));

  test('the server refuses a database that was never migrated', async () => {
    await expect(asServer(checkMigrated)).rejects.toThrow(
      'The database was never migrated: run npm run db:migrate with DATABASE_ADMIN_URL set.');
  });

  test('of three migrators at once one does it, and the others wait for it', async () => {
    const waits: string[] = [];
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.adminUrl, (line) => waits.push(line))));
    const names = readMigrations().map(({ name }) => name);
    expect(applied.flat()).toEqual(names);
    expect(applied.filter((list) => list.length > 0)).toHaveLength(1);
    expect(waits).toContain('Another process is migrating this database: waiting for it …');
  });

  test('migrating again changes nothing', async () => {
    expect(await migrate(database.adminUrl, quiet)).toEqual([]);
    await asServer(checkMigrated);
  });

  test('a failing migration leaves nothing behind and names its line', async () => {
    const failing = aMigration('30000000000000_failing', 'create table half ();\n\nselect nonsense;\n');
    await expect(migrate(database.adminUrl, quiet, [...readMigrations(), failing])).rejects.toThrow(
      'The migration 30000000000000_failing failed in line 3 and changed nothing: column "nonsense" does not exist.');
    expect(await asServer(async (client) => (await client.query(`select to_regclass('gatehouse.half') as half`)).rows))
      .toEqual([{ half: null }]);
    expect(await migrate(database.adminUrl, quiet)).toEqual([]);
  });

  test('a migration that cannot get its lock within 5 s gives up', async () => {
    const blocker = new pg.Client({ connectionString: database.adminUrl });
    await blocker.connect();
    await blocker.query('set role gatehouse_owner; begin; lock table gatehouse.tag in access share mode');
    const waiting = aMigration('30000000000000_waiting', 'alter table tag add column colour text');
    await expect(migrate(database.adminUrl, quiet, [...readMigrations(), waiting])).rejects.toThrow(
      'The migration 30000000000000_waiting did not get its lock within 5 s, and changed nothing: try again later.');
    await blocker.end();
  });

  test('a migration may ask to run outside a transaction', async () => {
    const alone = aMigration('30000000000000_alone',
      '-- outside a transaction\ncreate index concurrently if not exists tag_alone on tag (name);');
    expect(await migrate(database.adminUrl, quiet, [...readMigrations(), alone])).toEqual([alone.name]);
  });

  test('a database of a newer Gatehouse is refused', async () => {
    await expect(migrate(database.adminUrl, quiet)).rejects.toThrow(
      'The database is newer than this Gatehouse (it has the migration 30000000000000_alone): run the newer one.');
  });

  test('a migration that was changed afterwards is refused', async () => {
    const [first, ...rest] = readMigrations();
    const changed = aMigration(first!.name, `${first!.sql}\n-- changed`);
    await expect(migrate(database.adminUrl, quiet, [changed, ...rest])).rejects.toThrow(
      `The migration ${first!.name} was changed after this database applied it`);
  });

  test('the server refuses a database that lacks a migration', async () => {
    const last = readMigrations().at(-1)!.name;
    const owner = new pg.Client({ connectionString: database.adminUrl });
    await owner.connect();
    await owner.query(`delete from gatehouse._prisma_migrations where migration_name = '${last}'`);
    await owner.end();
    await expect(asServer(checkMigrated)).rejects.toThrow(
      `The database lacks the migration ${last}: run npm run db:migrate with DATABASE_ADMIN_URL set.`);
  });
});
