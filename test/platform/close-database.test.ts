import pg from 'pg';
import { expect, test } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { createTestDatabase } from '../support/database.ts';

test('once a database is closed, PostgreSQL has none of its connections: it may be ended in the next moment', async () => {
  const created = await createTestDatabase();
  const admin = new pg.Client({ connectionString: created.adminUrl });
  await admin.connect();
  const connections = async () => {
    const { rows } = await admin.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity where application_name = 'gatehouse' and datname = current_database()`);
    return rows[0]!.count;
  };
  for (let round = 0; round < 5; round += 1) {
    const lost: Error[] = [];
    const database = new Database({
      url: created.url, pooling: 'session', poolSize: 8, onConnectionError: (error) => lost.push(error),
    });
    const workspaceId = uuidv7();
    await Promise.all(Array.from({ length: 8 }, () => [
      database.read(workspaceId, { text: 'select pg_sleep(0.05)', values: [] }),
      database.transaction(workspaceId, (tx) => tx.$queryRawUnsafe('select 1')),
    ]).flat());
    const before = await connections();
    await database.close();
    expect([before > 8, await connections(), lost]).toEqual([true, 0, []]);
  }
  await admin.end();
  await created.drop();
});
