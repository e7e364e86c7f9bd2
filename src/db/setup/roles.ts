import pg from 'pg';
import { Refusal } from '../../refusal.ts';

/** Everything of ours lives in this database schema, but for the job queue. */
export const schemaName = 'gatehouse';

/** The job queue (pg-boss) has a schema of its own: its tables are known by names that are not ours to choose. */
export const jobSchemaName = 'gatehouse_jobs';

/** Owns schema, tables and most functions; takes part in migrations only. */
export const ownerRole = 'gatehouse_owner';

/** Holds the grants of the server's role. */
export const appRole = 'gatehouse_app';

/** Own the functions that must read across the walls; policies name them. Nobody signs in as them. */
export const definerRoles = ['gatehouse_search', 'gatehouse_identity'] as const;

const allRoles = [ownerRole, appRole, ...definerRoles];

/** What the database refuses to a role that would do it for long, or hold others up. */
const timeouts = {
  statement_timeout: '10s',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '15s',
};

/**
 * How statements of the server are planned. No parallel workers and no compiling: neither pays for short statements,
 * and lists are appended from several selects, which must stay in order. Reading here and there costs little more than
 * reading on, as on every disk that has no arm: otherwise counts read whole tables where an index holds the answer.
 * Statements are planned once for all values: the server's are written so that one plan suits all, and planning costs
 * more than running (a list of 20 for a team: 2 ms against 0.3).
 */
const planning = {
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  random_page_cost: '1.1',
  plan_cache_mode: 'force_generic_plan',
};

type Queries = Pick<pg.Client, 'query'>;
const name = pg.escapeIdentifier;

/**
 * Makes the roles that own nothing by themselves, and lets the administrator act as the owner.
 * The server's role can act as none of them but `gatehouse_app`.
 *
 * @throws Refusal  a role is there already, and this administrator may not grant it
 */
export async function makeRoles(client: Queries): Promise<void> {
  for (const role of allRoles) {
    if (!(await roleExists(client, role))) await client.query(`create role ${name(role)} nologin`);
  }
  const { rows } = await client.query<{ user: string }>('select current_user as user');
  await makeMember(client, ownerRole, rows[0]!.user);
  // The owner may hand functions to the definers, and replace them later.
  for (const role of definerRoles) await makeMember(client, role, ownerRole);
}

/**
 * Makes the role that the server signs in with, or brings its password, limits and membership up to date.
 *
 * @param password  undefined leaves the password as it is
 */
export async function makeServerRole(client: Queries, role: string, password: string | undefined): Promise<void> {
  if (!(await roleExists(client, role))) await client.query(`create role ${name(role)} login`);
  if (password !== undefined) {
    await client.query(`alter role ${name(role)} login password ${pg.escapeLiteral(password)}`);
  }
  for (const [setting, value] of Object.entries({ ...timeouts, ...planning })) {
    await client.query(`alter role ${name(role)} set ${setting} = '${value}'`);
  }
  await makeMember(client, appRole, role);
}

async function roleExists(client: Queries, role: string): Promise<boolean> {
  return (await client.query('select from pg_roles where rolname = $1', [role])).rowCount !== 0;
}

async function makeMember(client: Queries, group: string, member: string): Promise<void> {
  // Since PostgreSQL 16 the creator of a role administers it, but neither inherits from it nor may become it.
  const { rows } = await client.query<{ is_member: boolean; admin: string }>(
    `select pg_has_role($1, $2, 'USAGE') and pg_has_role($1, $2, case
       when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as is_member,
       session_user as admin`,
    [member, group],
  );
  const { is_member: isMember, admin } = rows[0]!;
  if (isMember) return;
  try {
    await client.query(`grant ${name(group)} to ${name(member)}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '42501') throw error;
    throw new Refusal(
      `Another user made Gatehouse's roles on this server: let that user run \`grant ${allRoles.join(', ')} ` +
        `to ${admin} with admin option\`, then try again.`,
    );
  }
}

/** Runs statements as the owner of the schema. */
export async function asOwner(client: Queries, work: () => Promise<void>): Promise<void> {
  await client.query(`set role ${ownerRole}`);
  try {
    await work();
  } finally {
    await client.query('reset role');
  }
}
