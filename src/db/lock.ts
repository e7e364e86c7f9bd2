import type { Transaction } from './database.ts';

/**
 * Waits until no other transaction of the workspace holds the lock of this name, and holds it until the transaction
 * ends. For rules over several rows that no constraint can keep: places without gaps, trees, the last owner.
 *
 * Who needs several takes them in this order.
 */
export async function lock(tx: Transaction, workspaceId: string, ...names: LockName[]): Promise<void> {
  for (const name of lockNames.filter((each) => names.includes(each))) {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`gatehouse ${workspaceId} ${name}`}, 0))`;
  }
}

const lockNames = ['companies', 'pipelines', 'teams', 'rights', 'shares'] as const;
export type LockName = (typeof lockNames)[number];
