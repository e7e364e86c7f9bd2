import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDrift } from '../../src/db/setup/drift.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.adminUrl });
  await owner.connect();
  await owner.query('set role gatehouse_owner; set search_path = gatehouse');
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

test('a migrated database has no drift', async () => {
  expect(await findDrift(database.adminUrl)).toEqual([]);
});

test.each([
  ['a dropped policy', 'drop policy workspace_wall on deal',
    { object: 'policy workspace_wall on deal', is: 'missing' }],
  ['a policy that lets all through', 'alter policy workspace_wall on lead using (true)',
    { object: 'policy workspace_wall on lead', is: 'changed' }],
  ['row security that no longer binds the owner', 'alter table company no force row level security',
    { object: 'table company', is: 'changed' }],
  ['a grant too many', 'grant update on audit_entry to gatehouse_app',
    { object: 'grant of update on table audit_entry to gatehouse_app', is: 'not from a migration' }],
  ['a grant to everybody', 'grant select on contact to public',
    { object: 'grant of select on table contact to public', is: 'not from a migration' }],
  ['a dropped check', 'alter table deal drop constraint deal_currency_check',
    { object: 'constraint deal_currency_check on deal', is: 'missing' }],
  ['a changed function',
    'create or replace function current_workspace_id() returns uuid language sql as $$ select null::uuid $$',
    { object: 'function gatehouse.current_workspace_id()', is: 'changed' }],
  ['a column of somebody', 'alter table tag add column note text',
    { object: 'column tag.note', is: 'not from a migration' }],
  ['a job queue without its wall', 'alter table gatehouse_jobs.job_common disable row level security',
    { object: 'gatehouse_jobs: table job_common', is: 'changed' }],
  ['a function of somebody', 'create function noise() returns trigger language plpgsql as $$ begin return new; end $$',
    { object: 'function gatehouse.noise()', is: 'not from a migration' }],
])('%s is found', async (_, statement, difference) => {
  await owner.query(statement);
  expect(await findDrift(database.adminUrl)).toContainEqual(difference);
});

test('looking for drift leaves the database as it was', async () => {
  const { rows } = await owner.query(`select nspname from pg_namespace where nspname like 'gatehouse%' order by 1`);
  expect(rows).toEqual([{ nspname: 'gatehouse' }, { nspname: 'gatehouse_jobs' }]);
});
