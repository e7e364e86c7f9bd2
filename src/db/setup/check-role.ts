import type pg from 'pg';
import { Refusal } from '../../refusal.ts';
import { appRole, definerRoles, jobSchemaName, ownerRole, schemaName } from './roles.ts';

interface RoleFacts {
  name: string;
  powers: string[];
  groups: string[];
  owned: string | null;
  has_grants: boolean;
}

/** Everything that the signed-in role is, or could become with SET ROLE. */
const factsQuery = `
  with reachable as (
    select * from pg_roles where pg_has_role(session_user, oid, 'MEMBER')
  ), ours as (
    select * from pg_namespace where nspname = any($1)
  ), owned as (
    select c.relname as name, c.relowner as owner from pg_class c, ours where c.relnamespace = ours.oid
    union all select p.proname, p.proowner from pg_proc p, ours where p.pronamespace = ours.oid
    union all select 'the schema ' || ours.nspname, ours.nspowner from ours
    union all select 'the database ' || d.datname, d.datdba from pg_database d where d.datname = current_database()
  )
  select session_user::text as name,
    array(
      select distinct power from reachable, unnest(array[
        case when rolsuper then 'is a superuser' end,
        case when rolbypassrls then 'has BYPASSRLS' end,
        case when rolcreaterole then 'has CREATEROLE' end,
        case when rolreplication then 'has REPLICATION' end
      ]) power where power is not null order by power
    ) as powers,
    array(
      select rolname::text from reachable where rolname = any($2) order by array_position($2, rolname::text)
    ) as groups,
    (select name from owned where owner in (select oid from reachable) order by name limit 1) as owned,
    exists (select from reachable where rolname = $3) as has_grants`;

/**
 * Checks that the role of this connection stands behind the walls: that no policy and no missing grant can be got
 * around with it, neither directly nor by SET ROLE.
 *
 * @throws Refusal  what the role could do
 */
export async function checkServerRole(client: Pick<pg.Client, 'query'>): Promise<void> {
  const { rows } = await client.query<RoleFacts>(
    factsQuery, [[schemaName, jobSchemaName], [ownerRole, ...definerRoles], appRole]);
  const { name, powers, groups, owned, has_grants: hasGrants } = rows[0]!;
  const reason = powers[0]
    ?? (groups[0] && `is a member of ${groups[0]}`)
    ?? (owned && `owns ${owned}`);
  if (reason) {
    throw new Refusal(
      `The database role "${name}" ${reason} and could bypass the walls between workspaces: ` +
        'give DATABASE_URL a role of its own, which npm run db:setup prepares.',
    );
  }
  if (!hasGrants) {
    throw new Refusal(
      `The database role "${name}" was not prepared for Gatehouse: ` +
        'run npm run db:setup with DATABASE_ADMIN_URL and this DATABASE_URL.',
    );
  }
}
