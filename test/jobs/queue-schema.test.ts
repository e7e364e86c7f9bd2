import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../src/server.ts';
import { readEnv } from '../../src/env.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('the schema that our migrations make is the one that the installed pg-boss expects', async () => {
  const boss = new PgBoss({
    connectionString: world.urls.admin, options: '-c role=gatehouse_owner', schema: 'gatehouse_jobs', migrate: false,
    supervise: false, schedule: false,
  });
  boss.on('error', () => {});
  await boss.start();
  const { extraIndexes, ...drift } = await boss.detectSchemaDrift();
  await boss.stop({ graceful: false });
  expect(drift).toMatchObject({
    ok: true, missing: [], mismatched: [], missingTables: [], missingFunctions: [], mismatchedFunctions: [],
    columnDrift: [], constraintDrift: [], enumDrift: null,
  });
  expect(extraIndexes.map(({ name }) => name)).toEqual(['job_waiting']);
});

test('tries last for more than a day in every lane, and nothing that waits is ever deleted', async () => {
  const lanes = await world.rows<{
    name: string; retry_limit: number; retry_delay: number; retry_delay_max: number; retention_seconds: number;
  }>(`select * from gatehouse_jobs.queue where name in ('work', 'deliver', 'long') order by name`);
  expect(lanes.map(({ name }) => name)).toEqual(['deliver', 'long', 'work']);
  for (const lane of lanes) {
    // The shortest that pg-boss's jitter makes of each wait.
    const shortest = Array.from({ length: lane.retry_limit }, (_, at) => (
      Math.min(lane.retry_delay_max, lane.retry_delay * 2 ** at)));
    expect(lane.retry_limit + 1).toBeGreaterThanOrEqual(8);
    expect(shortest.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(24 * 3_600);
    expect(lane).toMatchObject({ retry_backoff: true, dead_letter: 'dead', heartbeat_seconds: 10 });
    expect(lane.retention_seconds).toBeGreaterThan(9 * 365 * 24 * 3_600);
  }
});

test('the server\'s role changes rows and no structure, and in a workspace sees that one\'s alone', async () => {
  const rival = await world.another();
  const insert = (of: World) => of.rows(
    `insert into gatehouse_jobs.job_common (name, group_id) values ('work', $1)`, [of.workspaceId]);
  await insert(world);
  await insert(rival);
  for (const table of ['job', 'job_common']) {
    const all = { text: `select group_id from gatehouse_jobs.${table} where group_id is not null`, values: [] };
    expect(await world.database.read(world.workspaceId, all)).toEqual([{ group_id: world.workspaceId }]);
  }
  const smuggled = world.database.transaction(world.workspaceId, (tx) => tx.$executeRawUnsafe(
    `insert into gatehouse_jobs.job_common (name, group_id) values ('work', '${rival.workspaceId}')`));
  await expect(smuggled).rejects.toThrow(/row-level security/);
  for (const statement of [
    'create table gatehouse_jobs.mine (id int)', 'alter table gatehouse_jobs.job_common add column note text',
    'truncate gatehouse_jobs.job_common', 'drop index gatehouse_jobs.job_waiting',
    'update gatehouse_jobs.bam set name = null',
  ]) {
    const running = world.database.call({ text: statement, values: [] });
    await expect(running, statement).rejects.toThrow(/permission denied|must be owner/);
  }
});

test('a start on a queue that another version made is refused with a sentence', async () => {
  const owner = new pg.Client({ connectionString: world.urls.admin });
  await owner.connect();
  await owner.query('set role gatehouse_owner; update gatehouse_jobs.version set version = 42');
  const env = readEnv({
    DATABASE_URL: world.urls.server, CURSOR_SECRET: 'a secret of at least 32 bytes long', LOG_LEVEL: 'silent',
    PORT: '0',
  });
  await expect(serve(env)).rejects.toThrow(/^The job queue in this database is of another version/);
  await owner.end();
});
