import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedDemo } from '../../prisma/seed.ts';
import { connect } from '../../src/db/setup/connect.ts';
import { checkServing } from '../../src/db/setup/open-database.ts';
import { type PgBouncer, noPgBouncer, openPgBouncer } from '../access/walls/pgbouncer.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';

const skipped = noPgBouncer ? ` (skipped: ${noPgBouncer})` : '';
const title = `behind a pooler that lends connections for a transaction each${skipped}`;
describe.skipIf(noPgBouncer)(title, () => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  beforeAll(async () => {
    database = await createTestDatabase();
    pooler = await openPgBouncer(database.url, 3);
  });
  afterAll(async () => {
    await pooler.close();
    await database.drop();
  });

  test('a start that does not know of it is told the setting', async () => {
    await expect(checkServing(pooler.url, 'session')).rejects.toThrow('set DATABASE_POOLING=transaction');
    await checkServing(pooler.url, 'transaction');
    await checkServing(database.url, 'session');
  });

  test('the administrator is told to come directly', async () => {
    await expect(connect(pooler.url, 'DATABASE_ADMIN_URL')).rejects.toThrow('give it the direct address');
    await (await connect(database.adminUrl, 'DATABASE_ADMIN_URL')).end();
  });

  test('the demo is seeded through it', async () => {
    await seedDemo(pooler.url, undefined, 'transaction');
  }, 60_000);
});
