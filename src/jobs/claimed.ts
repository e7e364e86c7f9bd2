import { type JobWithMetadata, type PgBoss, fromPrisma } from 'pg-boss';
import type { Transaction } from '../db/database.ts';
import type { JobData } from '../db/job-rows.ts';
import { isUuid } from '../db/uuid.ts';
import { ClaimLostError, JobAbandonedError } from './errors.ts';

/** A row of the queue that a worker has claimed. */
export type Claimed = JobWithMetadata<unknown>;

/** @throws JobAbandonedError  we did not write this row */
export function readRow({ data, groupId }: Claimed): { data: JobData; workspaceId: string } {
  const { kind, jobId, memberId, ids } = (data ?? {}) as Partial<Record<keyof JobData, unknown>>;
  const isWhole = typeof kind === 'string' && isUuid(jobId) && (memberId === null || isUuid(memberId))
    && typeof ids === 'object' && ids !== null && Object.values(ids).every(isUuid) && isUuid(groupId);
  if (!isWhole) throw new JobAbandonedError('MALFORMED');
  return { data: data as JobData, workspaceId: groupId };
}

/**
 * Ends a job inside a transaction of its workspace.
 *
 * @throws ClaimLostError  this try has it no more: let the transaction be undone
 */
export async function endJob(boss: PgBoss, claimed: Claimed, tx: Transaction): Promise<void> {
  // The row says which try it is about. The type does not say what is answered.
  const answer = await boss.complete(claimed.name, claimed, null, { db: fromPrisma(tx) }) as { affected?: number };
  if (answer.affected !== 1) throw new ClaimLostError(claimed.id);
}
