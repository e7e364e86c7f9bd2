import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkServerRole } from '../../src/db/setup/check-role.ts';
import { migrate } from '../../src/db/setup/migrate.ts';
import { setUpDatabase } from '../../src/db/setup/setup.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  admin.on('error', () => {}); // the database is dropped under it
  await admin.connect();
});
afterAll(async () => {
  await database.drop();
  // Roles belong to the whole server, and outlive the database that the grants were in.
  const { adminUrl } = inject('database');
  const cleaner = new pg.Client({ connectionString: adminUrl });
  await cleaner.connect();
  for (const role of created) await cleaner.query(`drop role ${role}`);
  await cleaner.end();
});


const created: string[] = [];

/** A role of its own for one case. */
async function aRole(attributes = ''): Promise<{ role: string; password: string; url: string }> {
  const [role, password] = [`role_${randomBytes(6).toString('hex')}`, 'secret'];
  await admin.query(`create role ${role} login password '${password}' ${attributes}`);
  created.push(role);
  const url = Object.assign(new URL(database.url), { username: role, password }).href;
  return { role, password, url };
}

async function refusal(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await checkServerRole(client);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

describe('the role that the server signs in with', () => {
  test('is accepted as the setup makes it', async () => {
    expect(await refusal(database.url)).toBeUndefined();
  });

  test.each([
    ['may create roles', (role: string) => `alter role ${role} createrole`, 'has CREATEROLE'],
    ['belongs to the owner', (role: string) => `grant gatehouse_owner to ${role}`, 'is a member of gatehouse_owner'],
    ['belongs to a definer', (role: string) => `grant gatehouse_search to ${role}`, 'is a member of gatehouse_search'],
    ['owns a table', (role: string) =>
      `grant ${role} to gatehouse_admin; grant create on schema gatehouse to ${role};
       create table gatehouse.theirs (); alter table gatehouse.theirs owner to ${role}`, 'owns theirs'],
  ])('is refused when it %s', async (_, change, reason) => {
    const { role, password, url } = await aRole();
    await setUpDatabase(database.adminUrl, { role, password });
    expect(await refusal(url)).toBeUndefined();
    await admin.query(change(role));
    expect(await refusal(url)).toBe(
      `The database role "${role}" ${reason} and could bypass the walls between workspaces: ` +
        'give DATABASE_URL a role of its own, which npm run db:setup prepares.');
    await admin.query(`drop table if exists gatehouse.theirs`);
  });

  test('is refused when it is the administrator', async () => {
    expect(await refusal(database.adminUrl)).toMatch(/^The database role "gatehouse_admin" has CREATEROLE and could/);
  });

  test('is refused when it was not prepared', async () => {
    const { role, url } = await aRole();
    expect(await refusal(url)).toBe(
      `The database role "${role}" was not prepared for Gatehouse: ` +
        'run npm run db:setup with DATABASE_ADMIN_URL and this DATABASE_URL.');
  });
});

describe('the setup', () => {
  test('is done by an administrator who is no superuser, and can be done again', async () => {
    const { rows } = await admin.query('select rolsuper from pg_roles where rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false }]);
    const { role, password } = await aRole();
    await setUpDatabase(database.adminUrl, { role, password });
    await setUpDatabase(database.adminUrl, { role, password });
    expect(await migrate(database.adminUrl, () => {})).toEqual([]);
  });

  test('limits how long a statement, a lock and an idle transaction may take', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`select current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`);
    await client.end();
    expect(rows).toEqual([{ statement: '10s', lock: '5s', idle: '15s' }]);
  });

  test('leaves nothing to the public', async () => {
    const { rows } = await admin.query(
      `select p.oid::regprocedure::text as what from pg_proc p
         where pronamespace = 'gatehouse'::regnamespace and has_function_privilege('public', p.oid, 'execute')
           and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
       union all select c.oid::regclass::text from pg_class c
         where relnamespace = 'gatehouse'::regnamespace and relkind in ('r', 'v', 'm') and
           (has_table_privilege('public', c.oid, 'select') or has_any_column_privilege('public', c.oid, 'select'))
       union all select 'schema' where has_schema_privilege('public', 'gatehouse', 'usage')`);
    expect(rows).toEqual([]);
  });

  test('says in one sentence what its administrator lacks', async () => {
    const { url } = await aRole();
    await expect(setUpDatabase(url, { role: 'gatehouse_server', password: undefined })).rejects.toThrow(
      /^DATABASE_ADMIN_URL's user "role_.*" must be able to create roles \(.*\) and to create in this database/);
  });

  test.each([
    ['a wrong password', (url: URL) => (url.password = 'wrong'), /refuses the user or password in DATABASE_ADMIN_URL/],
    ['an absent database', (url: URL) => (url.pathname = '/nowhere'),
      /^There is no such database at 127\.0\.0\.1:\d+\/nowhere: create it/],
    ['a silent port', (url: URL) => (url.port = '1'),
      /^No database answers at 127\.0\.0\.1:1\/.*: start it, or correct DATABASE_ADMIN_URL\.$/],
    ['an unknown machine', (url: URL) => (url.hostname = 'nowhere.invalid'),
      /nowhere\.invalid.* is not known: correct DATABASE_ADMIN_URL/],
  ])('says in one sentence that it met %s', async (_, spoil, sentence) => {
    const url = new URL(database.adminUrl);
    spoil(url);
    const attempt = setUpDatabase(url.href, { role: 'gatehouse_server', password: undefined });
    await expect(attempt).rejects.toThrow(sentence);
    await expect(attempt).rejects.not.toThrow(new URL(database.adminUrl).password);
  });
});
