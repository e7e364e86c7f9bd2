import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformTables } from '../../../src/db/platform-tables.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';

/*
 * Each policy is dropped and replaced by `true` in turn, in a transaction that is undone: the gate that looks at the
 * catalogue must name its table every time. (What a policy of its own is for: test/platform/walls.test.ts.)
 */
let created: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  created = await createTestDatabase();
  owner = new pg.Client({ connectionString: created.adminUrl });
  await owner.connect();
  await owner.query('set role gatehouse_owner; set search_path = gatehouse');
});
afterAll(async () => {
  await owner.end();
  await created.drop();
});

/**
 * Tenant tables that are not closed: no forced security, or no policy for all commands and roles that is just the wall.
 */
async function openTables(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `
    select c.relname as name from pg_class c
    where c.relnamespace = 'gatehouse'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all($1)
      and not (c.relrowsecurity and c.relforcerowsecurity
        and exists (select from pg_policies p where p.schemaname = 'gatehouse' and p.tablename = c.relname
          and p.roles = '{public}' and p.cmd = 'ALL' and p.qual = $2 and p.with_check = $2)
        and not exists (select from pg_policies p where p.schemaname = 'gatehouse' and p.tablename = c.relname
          and p.roles && '{public,gatehouse_app,gatehouse_server}' and (p.qual <> $2 or p.with_check <> $2)))
    order by 1`,
    [
      Object.keys(platformTables),
      `(workspace_id = (NULLIF(current_setting('gatehouse.workspace_id'::text, true), ''::text))::uuid)`,
    ],
  );
  return rows.map(({ name }) => name);
}

test('every table is closed, and each policy that is dropped, weakened or doubled is found', async () => {
  expect(await openTables()).toEqual([]);
  const { rows } = await owner.query<{ table: string; policy: string }>(
    `select tablename as table, policyname as policy from pg_policies
       where schemaname = 'gatehouse' and roles = '{public}' and tablename <> all($1)`,
    [Object.keys(platformTables)],
  );
  expect(rows.length).toBeGreaterThan(25);
  for (const { table, policy } of rows) {
    for (const mutation of [
      `drop policy ${policy} on "${table}"`,
      `alter policy ${policy} on "${table}" using (true)`,
      `alter policy ${policy} on "${table}" with check (true)`,
      `create policy another on "${table}" using (true)`,
      `alter table "${table}" no force row level security`,
      `alter table "${table}" disable row level security`,
    ]) {
      await owner.query('begin');
      await owner.query(mutation);
      expect(await openTables(), mutation).toEqual([table]);
      await owner.query('rollback');
    }
  }
});

test('no function that runs as its owner can be led astray by a search path, and no view runs as its own', async () => {
  const { rows } = await owner.query<{ name: string }>(`
    select p.proname as name from pg_proc p
    where p.pronamespace = 'gatehouse'::regnamespace and p.prosecdef
      and not coalesce(p.proconfig::text ~ 'search_path=', false)`);
  expect(rows).toEqual([]);
  const views = await owner.query(`
    select relname from pg_class where relnamespace = 'gatehouse'::regnamespace and relkind in ('v', 'm')
      and not coalesce(reloptions::text ~ 'security_invoker=(true|on|1)', false)`);
  expect(views.rows).toEqual([]);
});
