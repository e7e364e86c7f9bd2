import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { Database } from '../db/database.ts';
import { keepUpkeepRuns } from '../db/upkeep-runs.ts';
import type { Env } from '../env.ts';
import type { Mailer } from '../mail/mailer.ts';
import { Refusal } from '../refusal.ts';
import { servicesOn } from '../services/services.ts';
import type { Job, Lane } from './define-job.ts';
import { reasonOf } from './errors.ts';
import { fileDead } from './file-dead.ts';
import { jobs as allJobs, upkeep as allUpkeep } from './index.ts';
import { type Runner, runJob } from './run-job.ts';
import { runUpkeep } from './run-upkeep.ts';
import type { Upkeep } from './upkeep.ts';

export type WorkerOptions = {
  env: Pick<Env, 'databaseUrl' | 'databasePooling' | 'cursorSecret' | 'workerConcurrency' | 'retention'>;
  mailer: Mailer;
  log: Logger;
  jobs?: readonly Job[];
  upkeep?: readonly Upkeep[];
  ended?: Runner['ended'];
  /** How often an idle worker looks for jobs. */
  pollSeconds?: number;
  /** How often schedules are looked at; a tick is a minute. */
  scheduleSeconds?: number;
};

export type RunningWorker = {
  /** Claims nothing new, lets what runs finish, releases what does not in time, gives connections back. */
  stop(): Promise<void>;
};

/** What runs at the end may take this long to finish. */
const patienceMilliseconds = 20_000;

/**
 * Works on the queue, beside as many other workers of the same database as there are. It has connections of its own, so
 * that no flood of jobs takes those of requests.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { env, log, jobs = allJobs, upkeep = allUpkeep, ended } = options;
  const { workerConcurrency: concurrency, retention } = env;
  const database = new Database({
    url: env.databaseUrl!, pooling: env.databasePooling, poolSize: concurrency + 2,
    onConnectionError: (error) => log.warn({ err: error }, 'worker lost a database connection'),
  });
  const services = { ...servicesOn(database, env), mailer: options.mailer };
  const boss = queue(options);
  const runner: Runner = { boss, services, log, ended, jobs: new Map(jobs.map((job) => [job.kind, job])) };
  try {
    await startQueue(boss);
    await keepSchedules(boss, upkeep);
    await keepUpkeepRuns(database, upkeep.map(({ kind }) => kind));
    for (const loop of loopsOf(concurrency)) {
      await boss.work(loop.lane, {
        batchSize: loop.jobs, burstWhenBatchFull: true, perJobResults: true, includeMetadata: true,
        pollingIntervalSeconds: options.pollSeconds ?? 1, minPriority: loop.minPriority, maxPriority: loop.maxPriority,
      }, (claimed) => Promise.all(claimed.map((each) => runJob(runner, each))));
    }
    await boss.work('dead', {
      batchSize: 5, burstWhenBatchFull: true, perJobResults: true, includeMetadata: true,
      pollingIntervalSeconds: options.pollSeconds ?? 2,
    }, (claimed) => Promise.all(claimed.map((each) => fileDead(runner, each))));
    await boss.work('upkeep', {
      includeMetadata: true, pollingIntervalSeconds: options.pollSeconds ?? 2,
    }, async ([claimed]) => {
      const { data, signal, retryCount, retryLimit } = claimed!;
      const { kind } = data as { kind: string };
      // A newer version of this program may have put it there.
      const known = upkeep.find((each) => each.kind === kind);
      if (known) await runUpkeep(known, { services, retention, signal, log }, retryCount >= retryLimit);
    });
  } catch (error) {
    await stop(0);
    throw error;
  }
  return { stop: () => stop(patienceMilliseconds) };

  async function stop(timeout: number): Promise<void> {
    await boss.stop({ graceful: timeout > 0, timeout });
    // All that its connections have to say from now on is that they end, with the database perhaps.
    boss.removeAllListeners('error').on('error', () => {});
    await database.close();
  }
}

/**
 * The loops that claim jobs of a lane: one takes whatever comes first, one is kept for the first job of each workspace,
 * so that others' long queues cannot fill every place, and one for those that stand behind, so that no crowd of small
 * workspaces can hold up a large one for ever.
 */
function loopsOf(concurrency: number): { lane: Lane; jobs: number; minPriority?: number; maxPriority?: number }[] {
  const part = (share: number) => Math.max(1, Math.round(concurrency * share));
  const lanes = [
    { lane: 'work', half: part(1 / 2), quarter: part(1 / 4) },
    { lane: 'deliver', half: part(1 / 2), quarter: part(1 / 4) },
    { lane: 'long', half: 1, quarter: 1 },
  ] as const;
  return lanes.flatMap(({ lane, half, quarter }) => [
    { lane, jobs: half }, { lane, jobs: quarter, minPriority: 0 }, { lane, jobs: quarter, maxPriority: -1 },
  ]);
}

/** pg-boss as a tenant of a schema that our migrations made: it changes rows there, and no structure. */
function queue({ env, log, scheduleSeconds = 15 }: WorkerOptions): PgBoss {
  const boss = new PgBoss({
    connectionString: env.databaseUrl, schema: 'gatehouse_jobs', application_name: 'gatehouse jobs', max: 6,
    connectionTimeoutMillis: 5_000,
    migrate: false, createSchema: false, reindex: false, monitorVacuum: false,
    // A worker that is gone is noticed after ten seconds without a heartbeat, at the next of these looks.
    superviseIntervalSeconds: 5, monitorIntervalSeconds: 5, maintenanceIntervalSeconds: 60,
    cronMonitorIntervalSeconds: scheduleSeconds, cronWorkerIntervalSeconds: Math.min(5, scheduleSeconds),
    // How far this clock is from the database's, which is the one that counts.
    clockMonitorIntervalSeconds: 4 * scheduleSeconds,
  });
  // Without a listener an error would end the process. Each of these is tried again by itself.
  boss.on('error', (error) => log.warn({ err: error, reason: reasonOf(error) }, 'job queue'));
  boss.on('warning', ({ message }) => log.warn({ message }, 'job queue'));
  return boss;
}

/** @throws Refusal  the queue's tables are of another version of pg-boss than the one in this program */
async function startQueue(boss: PgBoss): Promise<void> {
  try {
    await boss.start();
  } catch (error) {
    // It says so in these words alone.
    if (!/^pg-boss (is not installed|database requires)/.test((error as Error).message)) throw error;
    throw new Refusal(
      'The job queue in this database is of another version than this Gatehouse: ' +
        'run npm run db:migrate, or the Gatehouse that made it.');
  }
}

/** Brings the schedules in the database up to date with those in the code. */
async function keepSchedules(boss: PgBoss, upkeep: readonly Upkeep[]): Promise<void> {
  for (const { kind, cron } of upkeep) await boss.schedule('upkeep', cron, { kind }, { key: kind });
  for (const { name, key } of await boss.getSchedules('upkeep')) {
    if (!upkeep.some(({ kind }) => kind === key)) await boss.unschedule(name, key);
  }
}
