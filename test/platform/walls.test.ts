import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { platformTables } from '../../src/db/platform-tables.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
let rival: World;
let tenantTables: string[];
beforeAll(async () => {
  world = await openWorld();
  rival = await world.another();
  const tables = await world.rows<{ name: string }>(
    `select relname as name from pg_class
       where relnamespace = 'gatehouse'::regnamespace and relkind in ('r', 'p') order by 1`);
  tenantTables = tables.map(({ name }) => name).filter((name) => !Object.hasOwn(platformTables, name));
});
afterAll(() => world.close());

const wall = `(workspace_id = (NULLIF(current_setting('gatehouse.workspace_id'::text, true), ''::text))::uuid)`;

describe('every table that is not named as a platform table', () => {
  test('begins its key with the workspace, which is never empty', async () => {
    expect(tenantTables.length).toBeGreaterThan(25);
    const rows = await world.rows<{ table: string }>(`
      select c.relname as table
      from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'gatehouse'::regnamespace and i.indisprimary
        and a.attname = 'workspace_id' and a.attnotnull
      order by 1`);
    expect(rows.map(({ table }) => table)).toEqual(tenantTables);
  });

  test('has row-level security that binds its owner too', async () => {
    const rows = await world.rows<{ table: string }>(`
      select relname as table from pg_class
      where relnamespace = 'gatehouse'::regnamespace and relname <> 'workspace'
        and relrowsecurity and relforcerowsecurity
      order by 1`);
    expect(rows.map(({ table }) => table)).toEqual(tenantTables);
  });

  test('has the wall for all, and no other policy but for roles that nobody can sign in as', async () => {
    const policies = await world.rows<{ table: string; roles: string[] }>(`
      select tablename as table, roles::text[], cmd, qual, with_check from pg_policies
      where schemaname = 'gatehouse' order by 1`);
    const forAll = policies.filter(({ roles }) => roles.includes('public') && roles.length === 1);
    expect(forAll.filter(({ table }) => table !== 'workspace')).toEqual(
      tenantTables.map((table) => ({ table, roles: ['public'], cmd: 'ALL', qual: wall, with_check: wall })));
    const others = new Set(policies.filter((each) => !forAll.includes(each)).flatMap(({ roles }) => roles));
    const known = [...others].filter((role) => role === 'gatehouse_search' || role === 'gatehouse_identity');
    expect(known).toHaveLength(others.size);
    const reachable = await world.rows(`
      select rolname from pg_roles
      where rolname = any($1) and (rolcanlogin or pg_has_role('gatehouse_server', oid, 'member'))`, [known]);
    expect(reachable).toEqual([]);
  });

  test('carries the workspace in every foreign key to another one', async () => {
    const open = await world.rows(`
      select k.conname from pg_constraint k
      where k.contype = 'f' and k.connamespace = 'gatehouse'::regnamespace
        and (select relname from pg_class where oid = k.conrelid) = any($1)
        and (select relname from pg_class where oid = k.confrelid) = any($1)
        and not exists (
          select from unnest(k.conkey, k.confkey) as pair(here, there)
          join pg_attribute h on h.attrelid = k.conrelid and h.attnum = pair.here and h.attname = 'workspace_id'
          join pg_attribute t on t.attrelid = k.confrelid and t.attnum = pair.there and t.attname = 'workspace_id')`,
    [tenantTables]);
    expect(open).toEqual([]);
  });
});

describe('the server\'s role', () => {
  test('sees of every table the rows of the workspace that it has set, and none without one', async () => {
    for (const each of [world, rival]) {
      const company = await each.aCompany({ owner: each.rep });
      await each.aDeal({ companyId: company.id, owner: each.rep });
      await each.as(each.rep).done('contactCreate', { lastName: 'X', emails: [{ address: 'x@example.com' }] });
    }
    for (const table of tenantTables) {
      const count = {
        text: `select count(*)::int as count from gatehouse.${table} where workspace_id <> $1`,
        values: [world.workspaceId],
      };
      expect(await world.database.read(world.workspaceId, count), table).toEqual([{ count: 0 }]);
      const all = { text: `select count(*)::int as count from gatehouse.${table}`, values: [] };
      expect(await world.database.call(all), table).toEqual([{ count: 0 }]);
    }
    const own = { text: 'select count(*)::int as count from gatehouse.company', values: [] };
    expect(await world.database.read(world.workspaceId, own)).toEqual([{ count: 1 }]);
  });

  test('writes no row into another workspace, and links to none of one', async () => {
    const theirs = await rival.aCompany();
    const company = { id: world.services.newId(), name: 'X', currency: 'EUR' };
    const smuggled = world.database.transaction(world.workspaceId, (tx) => (
      tx.company.create({ data: { ...company, workspaceId: rival.workspaceId } })));
    await expect(smuggled).rejects.toThrow(/row-level security/);
    await expect(world.aContact({ companyId: theirs.id })).rejects.toThrow(/foreign key/i);
    const changed = await world.database.transaction(world.workspaceId, (tx) => (
      tx.company.updateMany({ data: { name: 'Y' } })));
    expect(changed.count).toBeGreaterThan(0);
    expect(await rival.rows(`select from company where name = 'Y' and workspace_id = $1`, [rival.workspaceId]))
      .toEqual([]);
  });

  test('writes nothing with a read, and remembers no workspace behind it', async () => {
    const marked = `update gatehouse.company set name = 'Written' where workspace_id = $1`;
    for (const pooling of ['session', 'transaction'] as const) {
      const database = new Database({ url: world.urls.server, pooling, poolSize: 1, onConnectionError: () => {} });
      const reading = database.read(world.workspaceId, { text: marked, values: [world.workspaceId] });
      await expect(reading, pooling).rejects.toThrow(/read-only transaction/);
      const own = { text: 'select count(*)::int as count from gatehouse.company', values: [] };
      expect((await database.read(world.workspaceId, own))[0]!.count).toBeGreaterThan(0);
      expect(await database.call(own)).toEqual([{ count: 0 }]);
      expect(await database.read(rival.workspaceId, own)).toEqual(await rival.database.read(rival.workspaceId, own));
      await database.close();
    }
  });

  test('may add to audit and ledger, and change nothing in them', async () => {
    for (const table of ['audit_entry', 'audit_change', 'stage_change', 'security_event']) {
      const deleting = world.database.transaction(world.workspaceId, (tx) => (
        tx.$executeRawUnsafe(`delete from gatehouse.${table}`)));
      await expect(deleting, table).rejects.toThrow(/permission denied/);
    }
  });

  test('reads no platform table by itself', async () => {
    const closed = Object.keys(platformTables).filter((name) => name !== 'workspace' && name !== '_prisma_migrations');
    for (const table of closed) {
      const reading = world.database.call({ text: `select from gatehouse."${table}"`, values: [] });
      await expect(reading, table).rejects.toThrow(/permission denied/);
    }
  });
});
