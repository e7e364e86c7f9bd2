import type { Grant } from '../auth/grants.ts';
import type { Retries } from '../db/job-rows.ts';
import type { Transaction } from '../db/database.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { ServiceContext, Services } from '../services/context.ts';

/**
 * Where a job waits: `work` for one transaction of seconds at most, `deliver` for talking to the outside, `long` for
 * minutes and hours. Each has workers of its own. How often and how long a lane tries again stands in the migration
 * that made it (prisma/migrations/…_job_queue).
 */
export type Lane = 'work' | 'deliver' | 'long';

/** What jobs have besides: nobody sends a mail but a job. */
export type WorkerServices = Services & { mailer: Mailer };

export type JobContext = ServiceContext & {
  services: WorkerServices;
  job: {
    /** The same at every try, and when somebody replays it: what an effect outside can be recognised by. */
    id: string;
    /** 1 at the first try. */
    attempt: number;
    isLastAttempt: boolean;
  };
  /** Fires when the time is up, when the worker ends, or when another worker has the job now. */
  signal: AbortSignal;
};

/** For the lane `work`: all that the job does is done in this transaction, which ends the job too. */
export type WorkContext = JobContext & { transaction: Transaction };

/** For the other lanes: the job opens transactions as it needs them, and has to bear being run again at any point. */
export type OutsideContext = JobContext & {
  transaction?: undefined;
  /**
   * Ends the job inside a transaction of its own, so that a last change and the end are one.
   *
   * @throws ClaimLostError  another worker has the job now: let the transaction be undone
   */
  finish(tx: Transaction): Promise<void>;
};

export type IdsOf<Id extends string> = Readonly<Record<Id, string>>;
/** `member`: on behalf of the member that enqueues it, with the rights he has when it runs. */
export type ActsAs = 'member' | 'system';

type Settings<Id extends string, As extends ActsAs> = {
  /** Noun and verb: `mail.deliver`. In queues and logs, so it is never renamed while jobs of it wait. */
  kind: string;
  /** The names of its ids; a job knows nothing else. */
  ids: readonly Id[];
  /** Instead of the lane's tries. */
  retries?: Retries;
  as: As;
} & (As extends 'system' ? {
  /** What it may do: an entry of `systemGrants`. */
  grants: readonly Grant[];
} : { grants?: undefined });

export type Job<Id extends string = string, As extends ActsAs = ActsAs> = {
  kind: string;
  lane: Lane;
  ids: readonly Id[];
  as: As;
  grants: readonly Grant[];
  retries: Retries | undefined;
  run(context: WorkContext | OutsideContext, ids: IdsOf<Id>): Promise<void>;
};

/**
 * Declares a kind of job, once: what it is called, which ids it gets, who it acts as, what it does. It runs at least
 * once. In the lane `work` its effects and its end are one transaction, so that they come about exactly once.
 */
export function defineJob<const Id extends string, const As extends ActsAs>(
  settings: Settings<Id, As> & { lane?: 'work'; run(context: WorkContext, ids: IdsOf<Id>): Promise<void> },
): Job<Id, As>;
export function defineJob<const Id extends string, const As extends ActsAs>(
  settings: Settings<Id, As>
    & { lane: 'deliver' | 'long'; run(context: OutsideContext, ids: IdsOf<Id>): Promise<void> },
): Job<Id, As>;
export function defineJob({ lane = 'work', grants = [], retries, ...rest }: Omit<Job, 'lane' | 'grants' | 'retries'> & {
  lane?: Lane; grants?: readonly Grant[]; retries?: Retries;
}): Job {
  if (!/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(rest.kind)) {
    throw new Error(`"${rest.kind}" is no kind of job: noun.verb`);
  }
  return { ...rest, lane, grants, retries };
}
