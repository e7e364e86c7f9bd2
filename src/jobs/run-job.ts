import type { JobResult, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { memberOfJob, systemOfJob } from '../auth/job-principal.ts';
import type { Principal } from '../auth/principal.ts';
import type { Transaction } from '../db/database.ts';
import type { JobData } from '../db/job-rows.ts';
import { type Claimed, endJob, readRow } from './claimed.ts';
import type { Job, JobContext, OutsideContext, WorkContext, WorkerServices } from './define-job.ts';
import { ClaimLostError, JobAbandonedError, JobError, isHopeless, reasonOf } from './errors.ts';

export type Runner = {
  boss: PgBoss;
  services: WorkerServices;
  log: Logger;
  /** By kind. */
  jobs: ReadonlyMap<string, Job>;
  /** Told of every try that ended, and how. */
  ended?: (kind: string, outcome: JobOutcome, milliseconds: number) => void;
};
export type JobOutcome = 'done' | 'failed' | 'dead' | 'lost';

/** A transaction in the lane `work` may take so long; the lane's own limit is twice that. */
const workMilliseconds = 30_000;

/**
 * Runs a claimed job once and says what became of it. A job that fails comes again, later each time, until its last
 * try; then it is dead, and filed for those who administer the workspace.
 */
export async function runJob(runner: Runner, claimed: Claimed): Promise<JobResult> {
  const startedAt = performance.now();
  const { kind = 'unknown', jobId = claimed.id, memberId } = (claimed.data ?? {}) as Partial<JobData>;
  let outcome: JobOutcome = 'done';
  let error: unknown;
  try {
    await attempt(runner, claimed);
  } catch (caught) {
    error = caught;
    const isLast = isHopeless(caught) || claimed.retryCount >= claimed.retryLimit;
    outcome = caught instanceof ClaimLostError ? 'lost' : isLast ? 'dead' : 'failed';
  }
  const milliseconds = Math.round((performance.now() - startedAt) * 10) / 10;
  const line = {
    jobId, kind, lane: claimed.name, workspaceId: claimed.groupId, memberId, attempt: claimed.retryCount + 1, outcome,
    milliseconds, ...(error !== undefined && { reason: reasonOf(error), err: error }),
  };
  runner.log[outcome === 'done' ? 'info' : outcome === 'dead' ? 'error' : 'warn'](line, 'job');
  runner.ended?.(kind, outcome, milliseconds);
  const { id } = claimed;
  // What another worker has now is no longer ours to settle: the queue sees that, and leaves it alone.
  if (outcome === 'done' || outcome === 'lost') return { id, status: 'completed' };
  const status = isHopeless(error) ? 'deadletter' : 'failed';
  return { id, status, output: { reason: reasonOf(error) } };
}

async function attempt(runner: Runner, claimed: Claimed): Promise<void> {
  const { services, boss } = runner;
  const { data, workspaceId } = readRow(claimed);
  const job = runner.jobs.get(data.kind);
  // A newer version of this program may know it, so it is tried again.
  if (!job) throw new JobError('UNKNOWN_KIND');
  const finish = (tx: Transaction) => endJob(boss, claimed, tx);
  const contextFor = async (tx: Transaction): Promise<Omit<JobContext, 'transaction'>> => ({
    services, principal: await principalFor(tx, job, workspaceId, data), requestId: data.jobId, signal: claimed.signal,
    job: {
      id: data.jobId, attempt: claimed.retryCount + 1, isLastAttempt: claimed.retryCount >= claimed.retryLimit,
    },
  });

  if (job.lane === 'work') {
    await services.database.transaction(workspaceId, async (tx) => {
      const context: WorkContext = { ...await contextFor(tx), transaction: tx };
      await job.run(context, data.ids);
      await finish(tx);
    }, { timeoutMilliseconds: workMilliseconds });
    return;
  }
  let isFinished = false;
  const context: OutsideContext = {
    ...await services.database.transaction(workspaceId, contextFor),
    async finish(tx) {
      await finish(tx);
      isFinished = true;
    },
  };
  await job.run(context, data.ids);
  // At once rather than with the batch, so that a crash meanwhile does not run it again.
  if (!isFinished) await services.database.transaction(workspaceId, finish);
}

async function principalFor(
  tx: Transaction, { as, grants, kind, ids }: Job, workspaceId: string, data: JobData,
): Promise<Principal> {
  if (ids.some((name) => data.ids[name] === undefined)) throw new JobAbandonedError('MALFORMED');
  if (as === 'system') {
    const system = await systemOfJob(tx, workspaceId, grants, kind);
    if (!system) throw new JobAbandonedError('WORKSPACE_GONE');
    return system;
  }
  if (data.memberId === null) throw new JobAbandonedError('MALFORMED');
  const member = await memberOfJob(tx, workspaceId, data.memberId, kind);
  if (!member) throw new JobAbandonedError('MEMBER_INACTIVE');
  return member;
}
