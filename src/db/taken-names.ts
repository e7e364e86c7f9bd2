import type { Transaction } from './database.ts';

/** A name that a record is to have. `scope` is within what it is unique: the team above, the pipeline, its kind. */
export type Claim = { value: string; scope: string | null };

/** Each unique index over names (walls, 3), as the condition that a row `t` has what the claim `v` wants. */
const conditions = {
  product: 'lower(t.sku) = lower(v.value) and t.deleted_at is null',
  tag: 'lower(t.name) = lower(v.value) and t.deleted_at is null',
  team: 'lower(t.name) = lower(v.value) and t.parent_id is not distinct from v.scope::uuid and t.deleted_at is null',
  pipeline: 'lower(t.name) = lower(v.value) and t.kind = v.scope::gatehouse.pipeline_kind and t.deleted_at is null',
  stage: 'lower(t.name) = lower(v.value) and t.pipeline_id = v.scope::uuid and t.deleted_at is null'
    + ' and t.retired_at is null',
  role: 'lower(t.name) = lower(v.value)',
  member: 'lower(t.email) = lower(v.value) and t.is_active',
} as const;

export type NamedTable = keyof typeof conditions;

/**
 * Who has these names already, by the database's own rules for upper and lower case.
 *
 * @returns for each claim the id of the row that has it, or null; and the place of the first claim that wants the same
 */
export async function holdersOfNames(
  tx: Transaction, workspaceId: string, table: NamedTable, claims: readonly Claim[],
): Promise<{ holderId: string | null; firstAt: number }[]> {
  const text = `
    select (
        select t.id from gatehouse.${table} t where t.workspace_id = $1::uuid and ${conditions[table]} limit 1
      ) as "holderId",
      (min(v.at) over (partition by lower(v.value), v.scope) - 1)::int as "firstAt"
    from unnest($2::text[], $3::text[]) with ordinality as v(value, scope, at) order by v.at`;
  return tx.$queryRawUnsafe(text, workspaceId, claims.map(({ value }) => value), claims.map(({ scope }) => scope));
}
