import type { RequestDatabase, Transaction } from './database.ts';
import type { Caller } from './caller.ts';

/**
 * A job as it stands in the queue. Ids, and the kind that says what they are ids of. `jobId` stays the same when a job
 * is put into the queue again, the id of the row does not.
 */
export type JobData = { kind: string; jobId: string; memberId: string | null; ids: Readonly<Record<string, string>> };

export type NewJob = {
  data: JobData;
  /** Unique among the workspace's jobs that have not begun; null: nothing is. */
  key: string | null;
  startAfter: Date | null;
};

/** What a kind of job wants otherwise than its lane. */
export type Retries = { limit: number; firstSeconds: number; longestSeconds: number };

/** Beyond so many that wait, one more makes no difference to where a workspace's next job stands. */
const deepest = 1_000;

/**
 * Puts jobs of the transaction's workspace into a lane. They can begin when the transaction has committed, and never
 * were when it has not.
 *
 * A job stands behind as many others as its workspace has waiting: the first job of one workspace comes before the
 * second of any other, however long that one's queue is.
 *
 * Where a job with the same key is still waiting, no second one comes into being; the one there is held until this
 * transaction has ended, so that whatever this one changes is there when it begins.
 */
export async function insertJobs(
  tx: Transaction, newId: () => string, lane: string, jobs: readonly NewJob[], retries?: Retries,
): Promise<void> {
  const rows = jobs.map(({ data, key, startAfter }, place) => ({
    id: newId(), data, place, key: key && `${data.kind} ${key}`, start_after: startAfter,
  }));
  await tx.$executeRaw`
    with wanted as (
      select j.id, j.data, j.place, w.workspace, w.workspace || ' ' || j.key as key,
        greatest(coalesce(j.start_after, gatehouse_jobs.job_now()), gatehouse_jobs.job_now()) as start_after
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as j(id uuid, data jsonb, place int, key text, start_after timestamptz),
        lateral (select current_setting('gatehouse.workspace_id') as workspace) w
    ), ahead as (
      select count(*)::int as jobs from (
        select from gatehouse_jobs.job_common
        where name = ${lane} and group_id = current_setting('gatehouse.workspace_id') and state < 'active'
          and start_after <= (select max(start_after) from wanted)
        limit ${deepest}) waiting
    )
    insert into gatehouse_jobs.job_common as waiting (
      id, name, data, priority, start_after, created_on, singleton_key, policy, group_id, expire_seconds,
      deletion_seconds, keep_until, retry_limit, retry_delay, retry_backoff, retry_delay_max, dead_letter,
      heartbeat_seconds)
    select w.id, q.name, w.data, -least(${deepest}, a.jobs + w.place), w.start_after, gatehouse_jobs.job_now(),
      w.key, case when w.key is null then 'standard' else 'short' end, w.workspace, q.expire_seconds,
      q.deletion_seconds, w.start_after + q.retention_seconds * interval '1s',
      coalesce(${retries?.limit ?? null}::int, q.retry_limit),
      coalesce(${retries?.firstSeconds ?? null}::int, q.retry_delay), q.retry_backoff,
      coalesce(${retries?.longestSeconds ?? null}::int, q.retry_delay_max), q.dead_letter, q.heartbeat_seconds
    from wanted w, ahead a, gatehouse_jobs.queue q where q.name = ${lane}
    on conflict (name, coalesce(singleton_key, '')) where state = 'created' and policy = 'short'
      do update set start_after = least(waiting.start_after, excluded.start_after)`;
}

export type WaitingJobs = {
  kind: string;
  waiting: number;
  running: number;
  /** Among those that wait: how many failed at least once. */
  retrying: number;
  /** Since when the next one could have begun; null when all wait for their time. */
  dueAt: Date | null;
};

/** A workspace's jobs in the queue, by kind. */
export async function waitingJobs(
  database: RequestDatabase, workspaceId: string, signal?: AbortSignal,
): Promise<WaitingJobs[]> {
  const rows = await database.read(workspaceId, {
    text: `select data ->> 'kind' as kind, count(*) filter (where state < 'active')::int as waiting,
        count(*) filter (where state = 'active')::int as running,
        count(*) filter (where state = 'retry')::int as retrying,
        min(start_after) filter (where state < 'active' and start_after <= now()) as "dueAt"
      from gatehouse_jobs.job_common
      where name in ('work', 'deliver', 'long') and group_id = $1 and state <= 'active'
      group by 1 order by 1`,
    values: [workspaceId],
  }, signal);
  return rows as WaitingJobs[];
}

export type QueueDepth = { lane: string; state: 'waiting' | 'deferred' | 'running'; jobs: number };

/** How much is in the queue, of all workspaces together. */
export async function queueDepths(caller: Caller): Promise<QueueDepth[]> {
  const rows = await caller.call({
    text: `select name as lane, case when state = 'active' then 'running' when start_after > now() then 'deferred'
        else 'waiting' end as state, count(*)::int as jobs
      from gatehouse_jobs.job_common where state <= 'active' and name not like '\\_\\_%' group by 1, 2`,
    values: [],
  });
  return rows as QueueDepth[];
}

/** How many dead jobs nobody has decided about, of all workspaces together. */
export async function countDeadJobs(caller: Caller): Promise<number> {
  const [row] = await caller.call({ text: 'select gatehouse.count_dead_jobs() as jobs', values: [] });
  return row!.jobs as number;
}
