import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSchema, unmigratedSql } from '../../src/db/setup/create-migration.ts';
import { findUnmigrated } from '../../src/db/setup/drift.ts';
import { diffSchemas } from '../../src/db/setup/schema-diff.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { migrationsFolder } from '../../src/db/setup/migration-files.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('no change of schema.prisma lacks its migration (npm run db:migrate -- --name purpose writes it)', async () => {
  expect(await unmigratedSql(database.adminUrl)).toBe('');
});

test('the migrations make every column, key, index and type of prisma/schema.prisma', async () => {
  const makeAll = await diffSchemas(database.adminUrl, '', readSchema());
  const differences = await findUnmigrated(database.adminUrl, makeAll.replace(/^CREATE SCHEMA .*$/m, ''));
  expect(differences).toEqual([]);
});

test('a new field becomes one statement, and nothing written by hand is dropped', async () => {
  const migrated = readFileSync(path.join(migrationsFolder, 'migrated.prisma'), 'utf8');
  const changed = migrated.replace('model Tag {', 'model Tag {\n  note String?');
  expect(await diffSchemas(database.adminUrl, migrated, changed))
    .toBe('-- AlterTable\nALTER TABLE "tag" ADD COLUMN     "note" TEXT;');
});
