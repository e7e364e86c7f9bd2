import type { Transaction } from '../db/database.ts';
import { insertJobs } from '../db/job-rows.ts';
import { isUuid } from '../db/uuid.ts';
import type { Services } from '../services/context.ts';
import type { ActsAs, IdsOf, Job } from './define-job.ts';

type When = {
  /** Not before; at once when absent. */
  startAfter?: Date;
  /** At most one job of this kind with this key waits at a time, in a workspace. One that has begun does not count. */
  key?: string;
};
type EnqueueOptions<As extends ActsAs> = When & (As extends 'member' ? {
  /** The member that it acts for. */
  onBehalfOf: string;
} : { onBehalfOf?: undefined });

type Options<As extends ActsAs> = As extends 'member' ? [EnqueueOptions<As>] : [EnqueueOptions<As>?];

/**
 * Puts a job into the queue as part of a transaction that has set its workspace: it runs when that has committed, and
 * never was when it is undone.
 */
export async function enqueue<Id extends string, As extends ActsAs>(
  tx: Transaction, services: Pick<Services, 'newId'>, job: Job<Id, As>, ids: IdsOf<Id>, ...options: Options<As>
): Promise<void> {
  await enqueueAll(tx, services, job, [ids], ...options);
}

/** Many of one kind at once, in their order and in one statement. A key does not go with it. */
export async function enqueueAll<Id extends string, As extends ActsAs>(
  tx: Transaction, { newId }: Pick<Services, 'newId'>, job: Job<Id, As>, all: readonly IdsOf<Id>[],
  ...[options]: Options<As>
): Promise<void> {
  const { startAfter = null, key = null, onBehalfOf = null } = (options ?? {}) as EnqueueOptions<As>;
  if (key !== null && all.length > 1) throw new Error(`${job.kind}: many jobs cannot have one key.`);
  if (all.length === 0) return;
  const jobs = all.map((ids) => ({
    data: { kind: job.kind, jobId: newId(), memberId: checkedId(onBehalfOf), ids: checkedIds(job, ids) },
    key,
    startAfter,
  }));
  await insertJobs(tx, newId, job.lane, jobs, job.retries);
}

/** Rows of the queue hold ids only: anybody may copy them, and nobody learns a thing. */
function checkedIds<Id extends string>({ kind, ids }: Pick<Job<Id>, 'kind' | 'ids'>, given: IdsOf<Id>): IdsOf<Id> {
  const wrong = ids.find((name) => !isUuid(given[name]));
  if (wrong !== undefined) throw new Error(`${kind}: "${wrong}" is no id.`);
  return Object.fromEntries(ids.map((name) => [name, given[name]])) as IdsOf<Id>;
}

function checkedId(id: string | null): string | null {
  if (id !== null && !isUuid(id)) throw new Error('A job acts for a member by his id.');
  return id;
}
