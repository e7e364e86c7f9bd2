import type { Transaction } from './database.ts';

/**
 * Gives rows the places 0, 1, 2 … in the order of their ids. Those whose place changes have changed: their version
 * rises.
 */
export async function arrange(
  tx: Transaction, workspaceId: string, table: 'pipeline' | 'stage', ids: readonly string[], now: Date,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `update gatehouse.${table} t set position = v.at - 1, version = t.version + 1, updated_at = $3::timestamptz
     from unnest($2::uuid[]) with ordinality as v(id, at)
     where t.workspace_id = $1::uuid and t.id = v.id and t.position <> v.at - 1`,
    workspaceId, ids, now);
}
