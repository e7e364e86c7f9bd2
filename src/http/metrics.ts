import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Database } from '../db/database.ts';
import { type QueueDepth, countDeadJobs, queueDepths } from '../db/job-rows.ts';
import { type UpkeepRun, upkeepRuns } from '../db/upkeep-runs.ts';
import type { Exchange, Findings } from './exchange.ts';

/** What Prometheus is told. Labels have few values each: none of them comes from a caller. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'operation' | 'outcome'>;
  readonly #seconds: Histogram<'operation'>;
  readonly #errors: Counter<'code'>;
  readonly #refusedFields: Counter;
  readonly #inFlight: Gauge;

  constructor(database: Database) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'gatehouse_requests_total', registers, labelNames: ['operation', 'outcome'],
      help: 'Requests to /graphql by type of operation (none: refused before that was known) and outcome: ok, partial '
        + '(some fields have errors), refused (the request was at fault), failed (we were), abandoned (by the client).',
    });
    this.#seconds = new Histogram({
      name: 'gatehouse_request_seconds', registers, labelNames: ['operation'],
      help: 'From the first byte to the answer.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    });
    this.#errors = new Counter({
      name: 'gatehouse_errors_total', registers, labelNames: ['code'],
      help: 'Errors in answers, by code (docs/errors.md).',
    });
    this.#refusedFields = new Counter({
      name: 'gatehouse_refused_fields_total', registers, help: 'Fields that were asked for without the permission.',
    });
    this.#inFlight = new Gauge({
      name: 'gatehouse_requests_in_flight', registers, help: 'Requests to /graphql that are being answered.',
    });
    tellOfDatabase(registers, database);
    tellOfJobs(registers, jobNumbers(database));
  }

  started(): void {
    this.#inFlight.inc();
  }

  ended({ findings, refusals }: Exchange, status: number, milliseconds: number): void {
    const operation = findings.operation?.type ?? 'none';
    this.#inFlight.dec();
    this.#requests.inc({ operation, outcome: outcomeOf(status, findings) });
    this.#seconds.observe({ operation }, milliseconds / 1_000);
    for (const code of findings.errorCodes) this.#errors.inc({ code });
    this.#refusedFields.inc(refusals.errors().length);
  }

  async text(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

function tellOfDatabase(registers: Registry[], database: Database): void {
  new Counter({
    name: 'gatehouse_database_statements_total', registers, help: 'Statements sent to PostgreSQL.',
    collect() {
      this.reset();
      this.inc(database.statementCount);
    },
  });
  new Gauge({
    name: 'gatehouse_database_connections', registers, labelNames: ['pool', 'state'],
    help: 'Connections by pool: open, idle among them, and callers waiting for one.',
    collect() {
      for (const [pool, states] of Object.entries(database.connections)) {
        for (const [state, count] of Object.entries(states)) this.set({ pool, state }, count);
      }
    },
  });
}

function tellOfJobs(registers: Registry[], jobs: () => Promise<JobNumbers>): void {
  new Gauge({
    name: 'gatehouse_jobs', registers, labelNames: ['lane', 'state'],
    help: 'Jobs in the queue of all workspaces: waiting (could begin now), deferred (to a later time), running.',
    async collect() {
      const { depths } = await jobs();
      this.reset();
      for (const { lane, state, jobs: count } of depths) this.set({ lane, state }, count);
    },
  });
  new Gauge({
    name: 'gatehouse_dead_jobs', registers,
    help: 'Jobs of all workspaces that failed at their last try and that nobody has decided about. Above 0: look.',
    async collect() {
      this.set((await jobs()).dead);
    },
  });
  new Gauge({
    name: 'gatehouse_upkeep_done_timestamp_seconds', registers, labelNames: ['kind'],
    help: 'When each kind of upkeep was last done; 0: never yet. All have a time in every hour.',
    async collect() {
      this.reset();
      for (const { kind, doneAt } of (await jobs()).upkeep) this.set({ kind }, (doneAt?.getTime() ?? 0) / 1_000);
    },
  });
  new Gauge({
    name: 'gatehouse_upkeep_failures', registers, labelNames: ['kind'],
    help: 'How often each kind of upkeep has failed since it was last done. Above 0: look (npm run upkeep).',
    async collect() {
      this.reset();
      for (const { kind, failures } of (await jobs()).upkeep) this.set({ kind }, failures);
    },
  });
}

const jobNumbersAreGoodForMilliseconds = 10_000;

type JobNumbers = { depths: QueueDepth[]; dead: number; upkeep: UpkeepRun[] };

/** Numbers about the queue, asked for once however many look. Without the database there are none. */
function jobNumbers(database: Database): () => Promise<JobNumbers> {
  let last = { at: -Infinity, numbers: Promise.resolve<JobNumbers>({ depths: [], dead: NaN, upkeep: [] }) };
  const ask = async () => ({
    depths: await queueDepths(database).catch(() => []), dead: await countDeadJobs(database).catch(() => NaN),
    upkeep: await upkeepRuns(database).catch(() => []),
  });
  return () => {
    const now = performance.now();
    if (now - last.at > jobNumbersAreGoodForMilliseconds) last = { at: now, numbers: ask() };
    return last.numbers;
  };
}

const ourFaults = ['INTERNAL_SERVER_ERROR', 'OVERLOADED', 'TIMEOUT'];
/** What nginx calls it when the client went away first. */
export const clientGoneStatus = 499;

function outcomeOf(status: number, { errorCodes, hasData }: Findings): string {
  if (status === clientGoneStatus) return 'abandoned';
  if (status >= 500 || errorCodes.some((code) => ourFaults.includes(code))) return 'failed';
  if (status < 400 && errorCodes.length === 0) return 'ok';
  return hasData ? 'partial' : 'refused';
}
