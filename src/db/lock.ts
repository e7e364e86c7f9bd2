import type { Transaction } from './database.ts';

/**
 * Waits until no other transaction of the workspace holds the lock of this name, and holds it until the transaction
 * ends. For rules over several rows that no constraint can keep: places without gaps, trees, the last owner, one mail
 * a day.
 *
 * Who needs several takes them in this order.
 */
export async function lock(tx: Transaction, workspaceId: string, ...names: LockName[]): Promise<void> {
  for (const name of lockNames.filter((each) => names.includes(each))) {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`gatehouse ${workspaceId} ${name}`}, 0))`;
  }
}

const lockNames = ['companies', 'pipelines', 'teams', 'rights', 'shares', 'deadJobs'] as const;
export type LockName = (typeof lockNames)[number];

/**
 * Waits until no other transaction changes the record, and lets nobody else change it until the transaction ends. For
 * commands whose second call must find what the first has done; others can still link to the record meanwhile.
 */
export async function lockRecord(
  tx: Transaction, workspaceId: string, table: 'company' | 'contact' | 'deal' | 'lead', id: string,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `select 1 from gatehouse.${table} where workspace_id = $1::uuid and id = $2::uuid for no key update`,
    workspaceId, id);
}
