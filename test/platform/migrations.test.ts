import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../src/db/setup/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('migrating a migrated database changes nothing', async () => {
  expect(await migrate(database.adminUrl, () => {})).toEqual([]);
});

test('the server reads nothing without a workspace', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query('select count(*)::int as n from deal');
  await client.end();
  expect(rows).toEqual([{ n: 0 }]);
});
