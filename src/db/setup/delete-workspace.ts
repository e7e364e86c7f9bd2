import type pg from 'pg';
import { jobSchemaName, ownerRole, schemaName } from './roles.ts';

export type DeletedWorkspace = {
  name: string;
  /** Rows by table, where there were any. */
  rows: { table: string; count: number }[];
  /** Of people who were members of nothing else, and have no account any more. */
  accountCount: number;
};

/**
 * Deletes a workspace with everything that is in it, jobs and mails that wait too, and the accounts of people who are
 * members of no other. Nobody's permission is asked: this is for whoever runs the server.
 *
 * Before that, in a transaction of its own, everybody is shut out, so that nothing is added meanwhile. Where the second
 * part fails, calling it again goes on.
 *
 * @param client of the administrator
 * @returns null when there is no such workspace
 */
export async function deleteWorkspace(client: pg.Client, slug: string): Promise<DeletedWorkspace | null> {
  await client.query(`set role ${ownerRole}; set search_path = ${schemaName}`);
  // The owner sees a workspace's row when it has set it, so the id is found as the server finds it.
  const found = await client.query<{ id: string | null }>('select find_workspace_by_slug($1) as id', [slug]);
  const id = found.rows[0]?.id;
  if (!id) return null;
  await inTransaction(client, id, async () => {
    await client.query('update member set is_active = false where workspace_id = $1', [id]);
    await client.query('delete from session where workspace_id = $1', [id]);
  });
  return inTransaction(client, id, async () => {
    const named = await client.query<{ name: string }>('select name from workspace where id = $1 for update', [id]);
    const people = await client.query<{ id: string }>(
      `select distinct m.user_id as id from member m where m.workspace_id = $1 and m.user_id is not null`, [id]);
    await client.query(`delete from ${jobSchemaName}.job where group_id = $1`, [id]);
    const rows = await deleteTenantRows(client, id);
    await client.query('delete from workspace where id = $1', [id]);
    const accountCount = await deleteAccountsOf(client, people.rows.map((person) => person.id));
    return { name: named.rows[0]!.name, rows, accountCount };
  });
}

async function inTransaction<T>(client: pg.Client, workspaceId: string, run: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query(`select set_config('gatehouse.workspace_id', $1, true)`, [workspaceId]);
    const result = await run();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/**
 * In one statement, because tables point at each other in circles: that nothing points at what is gone is looked at
 * when it ends. A table that comes later is deleted from without a line here.
 */
async function deleteTenantRows(client: pg.Client, id: string): Promise<DeletedWorkspace['rows']> {
  const { rows: tables } = await client.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
    where n.nspname = '${schemaName}' and c.relkind = 'r' order by 1`);
  const deletions =
    tables.map(({ name }, at) => `d${at} as (delete from "${name}" where workspace_id = $1 returning 1)`);
  const counts = tables.map(({ name }, at) => `select '${name}' as table, (select count(*)::int from d${at}) as count`);
  const { rows } = await client.query<{ table: string; count: number }>(
    `with ${deletions.join(', ')} ${counts.join(' union all ')}`, [id]);
  return rows.filter(({ count }) => count > 0);
}

/** Other workspaces are behind their walls even for the owner; the foreign key says whether somebody is in one. */
async function deleteAccountsOf(client: pg.Client, userIds: readonly string[]): Promise<number> {
  let count = 0;
  for (const id of userIds) {
    await client.query('savepoint account');
    try {
      await client.query('delete from one_time_token where user_id = $1', [id]);
      await client.query('delete from "user" where id = $1', [id]);
      count += 1;
    } catch (error) {
      if ((error as { code?: string }).code !== '23503' && (error as { code?: string }).code !== '23001') throw error;
      await client.query('rollback to savepoint account');
    }
  }
  return count;
}
