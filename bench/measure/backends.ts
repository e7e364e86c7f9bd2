import pg from 'pg';
import type { Running } from '../contestants/contestant.ts';
import { cpuMilliseconds } from './system.ts';

/** Looks at PostgreSQL from beside, as a superuser: whose backends there are, and what they were asked. */
export class Observer {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async connect(url: string): Promise<Observer> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new Observer(client);
  }

  /** CPU of each backend of a contestant so far, in milliseconds, by its process. */
  async cpuOfBackends({ role, databaseName }: Running): Promise<Map<number, number>> {
    const { rows } = await this.#client.query<{ pid: number }>(
      'select pid from pg_stat_activity where usename = $1 and datname = $2', [role, databaseName]);
    return new Map(rows.map(({ pid }) => [pid, cpuMilliseconds(pid)]));
  }

  /** Counts what `work` makes a contestant's backends do; the counting itself is off at all other times. */
  async count(running: Running, work: () => Promise<void>): Promise<{ statements: number; buffers: number }> {
    await this.#track('top');
    await this.#client.query('select pg_stat_statements_reset()');
    await work();
    const { rows } = await this.#client.query<{ statements: number; buffers: number }>(
      `select coalesce(sum(calls), 0)::int as statements, coalesce(sum(shared_blks_hit + shared_blks_read), 0)::int as buffers
         from pg_stat_statements s join pg_roles r on r.oid = s.userid join pg_database d on d.oid = s.dbid
         where rolname = $1 and datname = $2`, [running.role, running.databaseName]);
    await this.#track('none');
    return rows[0]!;
  }

  async #track(what: 'top' | 'none'): Promise<void> {
    await this.#client.query(`alter system set pg_stat_statements.track = '${what}'`);
    await this.#client.query('select pg_reload_conf()');
    // Backends read the file again when they next wait for a command.
    await this.#client.query('select pg_sleep(0.2)');
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** What the backends have used between two looks. One that was opened meanwhile counts as a whole. */
export function cpuBetween(before: Map<number, number>, after: Map<number, number>): number {
  let sum = 0;
  for (const [pid, cpu] of after) sum += cpu - (before.get(pid) ?? 0);
  return sum;
}
