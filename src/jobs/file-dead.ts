import type { JobResult } from 'pg-boss';
import { systemOfJob } from '../auth/job-principal.ts';
import { systemGrants } from '../auth/policies/system.ts';
import type { JobData } from '../db/job-rows.ts';
import { fileDeadJob } from '../services/job/file-dead-job.ts';
import { type Claimed, endJob, readRow } from './claimed.ts';
import { reasonOf } from './errors.ts';
import type { Runner } from './run-job.ts';

/**
 * Files what pg-boss moved into the lane `dead`: in one transaction the job leaves the queue and stands among the
 * workspace's dead jobs, as an act of the workspace's own that is audited and announced.
 */
export async function fileDead({ boss, services, log, jobs }: Runner, claimed: Claimed): Promise<JobResult> {
  const { id } = claimed;
  try {
    const row = rowOf(claimed);
    const isFiled = row !== null && await services.database.transaction(row.workspaceId, async (transaction) => {
      const principal = await systemOfJob(transaction, row.workspaceId, systemGrants['job.file'], 'job.file');
      if (!principal) return false;
      const { kind, jobId, memberId, ids } = row.data;
      await fileDeadJob.run({ services, principal, requestId: jobId, transaction }, {
        id: jobId, kind, lane: claimed.sourceName!, memberId, ids, retries: jobs.get(kind)?.retries,
        reason: lastReason(claimed),
        attempts: (claimed.sourceRetryCount ?? 0) + 1, enqueuedAt: claimed.sourceCreatedOn ?? claimed.createdOn,
      });
      await endJob(boss, claimed, transaction);
      return true;
    });
    // No workspace to file it in: the row was not ours. Its name and ids are all that it holds.
    if (!isFiled) log.error({ id, lane: claimed.sourceName, workspaceId: claimed.groupId }, 'dead job of no workspace');
    return { id, status: 'completed' };
  } catch (error) {
    log.warn({ err: error }, 'dead job not filed yet');
    return { id, status: 'failed', output: { reason: reasonOf(error) } };
  }
}

/** A row that we did not write is filed too, without its contents. */
function rowOf(claimed: Claimed): { data: JobData; workspaceId: string } | null {
  try {
    return readRow(claimed);
  } catch {
    const data = { kind: 'unknown', jobId: claimed.id, memberId: null, ids: {} };
    try {
      return readRow({ ...claimed, data });
    } catch {
      return null;
    }
  }
}

/** What the last try left; the queue itself has two of its own. */
function lastReason({ sourceOutput }: Claimed): string {
  const { reason, value } = (sourceOutput ?? {}) as { reason?: unknown; value?: { message?: unknown } };
  if (typeof reason === 'string' && /^\w{1,60}$/.test(reason)) return reason;
  const message = String(value?.message ?? '');
  if (message.includes('timed out')) return 'TIMED_OUT';
  return message.includes('heartbeat') ? 'WORKER_LOST' : 'UNKNOWN';
}
