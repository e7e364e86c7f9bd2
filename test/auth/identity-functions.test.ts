import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPersistedOperation, registerOperation, setPassword } from '../../src/db/identity.ts';
import { platformTables } from '../../src/db/platform-tables.ts';
import { type IdentityWorld, openIdentityWorld } from './identity-world.ts';

let world: IdentityWorld;
beforeAll(async () => {
  world = await openIdentityWorld();
});
afterAll(() => world.close());

const byServer = (text: string) => world.database.call({ text, values: [] });

test('the server cannot touch a platform table, except what the list says', async () => {
  for (const table of Object.keys(platformTables)) {
    if (table === 'workspace' || table === '_prisma_migrations') continue;
    for (const statement of [`select from gatehouse."${table}"`, `delete from gatehouse."${table}"`]) {
      await expect(byServer(statement)).rejects.toThrow(/permission denied/);
    }
  }
  await expect(byServer('delete from gatehouse.workspace')).rejects.toThrow(/permission denied/);
  await expect(byServer('insert into gatehouse.workspace default values')).rejects.toThrow(/permission denied/);
  await expect(byServer('delete from gatehouse._prisma_migrations')).rejects.toThrow(/permission denied/);
  await world.aWorkspace();
  expect(await byServer('select from gatehouse.workspace')).toEqual([]);
});

test('identity\'s functions fix their search path, and the server alone may call them', async () => {
  const functions = await world.asOwner(
    `select p.oid::regprocedure::text as name, p.prosecdef as is_definer, p.proconfig[1] as path,
         has_function_privilege('gatehouse_server', p.oid, 'execute') as for_server,
         exists (select from aclexplode(p.proacl) a where a.grantee = 0) as for_everybody
       from pg_proc p where p.proowner = 'gatehouse_identity'::regrole`);
  expect(functions.length).toBeGreaterThan(20);
  for (const each of functions) {
    const isInner = /^(principal_of|shared_nouns|stamp_rights)\(/.test(each.name!);
    expect(each).toEqual({
      name: each.name, path: 'search_path=gatehouse, pg_temp',
      is_definer: !isInner || each.name === 'stamp_rights()', for_server: !isInner, for_everybody: false,
    });
  }
});

test('the identity role reads across the walls exactly what it must, and nobody signs in as it', async () => {
  const policies = await world.asOwner(
    `select tablename || ' ' || cmd as policy from pg_policies where 'gatehouse_identity' = any (roles) order by 1`);
  expect(policies.map(({ policy }) => policy)).toEqual([
    'api_key SELECT', 'api_key UPDATE', 'api_key_grant SELECT', 'dead_job DELETE', 'dead_job SELECT',
    'idempotency_key ALL', 'invitation ALL', 'mail ALL', 'mail_suppression ALL',
    'member SELECT', 'member UPDATE', 'member_role SELECT',
    'record_share SELECT', 'role SELECT', 'role_grant SELECT',
    'security_event DELETE', 'security_event INSERT', 'security_event SELECT', 'team SELECT',
    'workspace INSERT', 'workspace SELECT', 'workspace UPDATE',
  ]);
  // Policies for everything show what is old enough to be deleted; what may be done with it the grants say.
  const forgotten = ['idempotency_key', 'invitation', 'mail', 'mail_suppression'];
  expect(await world.asOwner(
    `select distinct privilege_type as may from information_schema.role_table_grants
       where grantee = 'gatehouse_identity' and table_name = any (array['${forgotten.join("','")}']) order by 1`,
  )).toEqual([{ may: 'DELETE' }, { may: 'SELECT' }]);
  expect(await world.asOwner(
    `select rolcanlogin or rolsuper or rolbypassrls as is_mighty,
         pg_has_role('gatehouse_server', oid, 'member') as is_server
       from pg_roles where rolname = 'gatehouse_identity'`)).toEqual([{ is_mighty: false, is_server: false }]);
});

test('a password is replaced only while it is the expected one', async () => {
  const { ownerUserId } = await world.aWorkspace({ owner: { email: 'expected@example.com' } });
  expect(await setPassword(world.database, ownerUserId, 'another', 'hash 1')).toBe(false);
  expect(await setPassword(world.database, ownerUserId, null, 'hash 1')).toBe(true);
  expect(await setPassword(world.database, ownerUserId, null, 'hash 2')).toBe(false);
  expect(await setPassword(world.database, ownerUserId, 'hash 1', 'hash 2')).toBe(true);
});

test('a persisted operation is found by the hash of its exact text, and by nothing else', async () => {
  const document = '{ viewer { member { name } } }';
  const id = `sha256:${createHash('sha256').update(document).digest('hex')}`;
  expect(await findPersistedOperation(world.database, id)).toBeNull();
  expect(await registerOperation(world.database, 'web', document)).toBe(id);
  expect(await registerOperation(world.database, 'web', document)).toBe(id);
  expect(await registerOperation(world.database, 'app', document)).toBe(id);
  expect(await findPersistedOperation(world.database, id)).toBe(document);
  expect(await findPersistedOperation(world.database, id.toUpperCase())).toBeNull();
  await expect(world.asOwner(
    `insert into persisted_operation (client, document_id, document) values ('web', $1, '{ secret }')`,
    [id.replace(/.$/, '0')])).rejects.toThrow(/persisted_operation_id_check/);
});
