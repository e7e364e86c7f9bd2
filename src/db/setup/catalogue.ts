import type pg from 'pg';

/** What the database says about one object: its name for people, and everything that defines it. */
export type Catalogue = Map<string, string>;

/*
 * One row per object of the schema: tables, columns, constraints, indexes, policies, triggers, functions, views, types,
 * collations, and every single grant. What extensions brought is theirs.
 */
const catalogueQuery = `
  with ours as (select oid, nspname, nspowner, nspacl from pg_namespace where nspname = $1),
  relation as (
    select c.*, pg_get_userbyid(relowner) as owner from pg_class c, ours where relnamespace = ours.oid
      and relname not like '\\_prisma\\_migrations%' and not exists (
        select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
  ),
  routine as (
    select p.*, p.oid::regprocedure::text as signature from pg_proc p, ours where pronamespace = ours.oid
      and prokind in ('f', 'p') and not exists (
        select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
  ),
  grants as (
    select 'schema ' || nspname as target, acl.* from ours, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) acl
    union all
    select 'table ' || relname, acl.* from relation, aclexplode(coalesce(relacl, acldefault('r', relowner))) acl
      where relkind in ('r', 'p', 'v', 'm')
    union all
    select 'column ' || relname || '.' || attname, acl.* from relation
      join pg_attribute on attrelid = relation.oid, aclexplode(attacl) acl
    union all
    select 'function ' || signature, acl.* from routine, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
    union all
    select 'future ' || defaclobjtype::text || ' of ' || pg_get_userbyid(defaclrole), acl.*
      from pg_default_acl, aclexplode(defaclacl) acl where defaclrole = (select nspowner from ours)
  )
  select 'table ' || relname as object, format('%s, owner %s, row security %s, forced %s, %s', relkind, owner,
      relrowsecurity, relforcerowsecurity, case when relkind in ('v', 'm') then pg_get_viewdef(oid) end) as definition
    from relation where relkind in ('r', 'p', 'v', 'm', 'S')
  union all
  select format('column %s.%s', relname, attname), format('%s%s%s%s%s', format_type(atttypid, atttypmod),
      case when attnotnull then ' not null' end, ' ' || attgenerated::text || attidentity::text,
      ' default ' || pg_get_expr(adbin, adrelid),
      (select ' collate ' || collname from pg_collation where oid = attcollation and collname <> 'default'))
    from relation join pg_attribute on attrelid = relation.oid
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where relkind in ('r', 'p') and attnum > 0 and not attisdropped
  union all
  select format('constraint %s on %s', conname, relname),
      pg_get_constraintdef(pg_constraint.oid) || case when convalidated then '' else ' not valid' end
        || case when exists (select from pg_trigger where tgconstraint = pg_constraint.oid and tgenabled = 'D')
          then ' disabled' else '' end
    from pg_constraint join relation on conrelid = relation.oid where contype <> 'n'
  union all
  select 'index ' || index.relname, pg_get_indexdef(indexrelid) || case when indisvalid then '' else ' invalid' end
    from pg_index join relation on indrelid = relation.oid join pg_class index on index.oid = indexrelid
  union all
  select format('policy %s on %s', polname, relname), format('%s for %s to %s using (%s) with check (%s)',
      case when polpermissive then 'permissive' else 'restrictive' end, polcmd,
      array(select case oid when 0 then 'public' else pg_get_userbyid(oid) end from unnest(polroles) oid order by 1),
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
    from pg_policy join relation on polrelid = relation.oid
  union all
  select format('trigger %s on %s', tgname, relname), pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text
    from pg_trigger join relation on tgrelid = relation.oid where not tgisinternal
  union all
  select 'function ' || signature, format('owner %s, %s', pg_get_userbyid(proowner), pg_get_functiondef(oid))
    from routine
  union all
  select 'type ' || typname, coalesce((select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum
      where enumtypid = t.oid), format_type(typbasetype, typtypmod))
    from pg_type t, ours where typnamespace = ours.oid and typtype in ('e', 'd')
  union all
  select 'collation ' || collname, format('%s %s %s', collprovider, collisdeterministic, to_jsonb(c) ->> case
      when to_jsonb(c) ? 'colllocale' then 'colllocale' else 'colliculocale' end)
    from pg_collation c, ours where collnamespace = ours.oid
  union all
  select format('grant of %s on %s to %s', lower(privilege_type), target,
      case grantee when 0 then 'public' else pg_get_userbyid(grantee) end),
      case when is_grantable then 'with grant option' else '' end
    from grants`;

/** Reads what defines a schema; two databases made by the same migrations give the same. */
export async function readCatalogue(client: Pick<pg.Client, 'query'>, schema: string): Promise<Catalogue> {
  const { rows } = await client.query<{ object: string; definition: string }>(catalogueQuery, [schema]);
  return new Map(rows.map(({ object, definition }) => [object, definition]));
}

export interface Difference {
  object: string;
  is: 'missing' | 'changed' | 'not from a migration';
}

/** How a live schema differs from the one that the migrations make. */
export function compareCatalogues(live: Catalogue, expected: Catalogue): Difference[] {
  const differences: Difference[] = [];
  for (const [object, definition] of expected) {
    if (!live.has(object)) differences.push({ object, is: 'missing' });
    else if (live.get(object) !== definition) differences.push({ object, is: 'changed' });
  }
  for (const object of live.keys()) {
    if (!expected.has(object)) differences.push({ object, is: 'not from a migration' });
  }
  return differences.sort((a, b) => (a.object < b.object ? -1 : 1));
}
