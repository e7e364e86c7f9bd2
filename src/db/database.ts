import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/prisma/client.ts';
import {
  type Afterwards, Lending, OpenTransaction, type Row, type Statement, type Transaction,
} from './transaction.ts';
import { isUuid } from './uuid.ts';
import { type LookUp, prepareEntering, queryWorkspace, statementsIn } from './workspace-query.ts';

export type { Row, Statement, Transaction } from './transaction.ts';
export type { LookUp } from './workspace-query.ts';

export type DatabaseOptions = {
  url: string;
  /** `transaction`: a pooler hands out connections per transaction, so statements stay unnamed. */
  pooling: 'session' | 'transaction';
  /** Connections for reads, and as many for writes. */
  poolSize: number;
  /** Told of errors on idle connections; without a listener they would end the process. */
  onConnectionError: (error: Error) => void;
};

/** What requests do with the database. */
export type RequestDatabase = Pick<Database, 'read' | 'call' | 'transaction'>;

/** The database could not be reached or had no connection free in time: the API answers OVERLOADED. */
export class DatabaseUnavailableError extends Error {}

/**
 * The server's way into PostgreSQL. Every read and write names its workspace, which is set for the transaction alone
 * (as `SET LOCAL` does), in the same round trip as the statement: a connection never remembers one.
 */
export class Database {
  readonly #reads: pg.Pool;
  readonly #writes: pg.Pool;
  readonly #prisma: PrismaClient;
  readonly #lending = new Lending();
  readonly #named: boolean;
  readonly #names = new Map<string, string>();
  #statements = 0;

  constructor(options: DatabaseOptions) {
    const count = (query: unknown) => { this.#statements += statementsIn(query); };
    class CountingClient extends pg.Client {
      override query(...all: unknown[]): never {
        count(all[0]);
        return (super.query as (...each: unknown[]) => never).apply(this, all);
      }
    }
    this.#named = options.pooling === 'session';
    const config = {
      connectionString: options.url,
      max: options.poolSize,
      Client: CountingClient as typeof pg.Client,
      connectionTimeoutMillis: 2_000,
      query_timeout: 12_000,
      keepAlive: true,
      idleTimeoutMillis: 30_000,
      application_name: 'gatehouse',
      // Writes send at once what needs no answer, and Prisma asks for several relations at once: without this both
      // would wait in pg's own queue, and warn.
      pipeline: true,
      ...(this.#named ? { onConnect: prepareEntering } : {}),
    } as pg.PoolConfig;
    this.#reads = new pg.Pool(config);
    this.#writes = new pg.Pool(config);
    for (const pool of [this.#reads, this.#writes]) {
      pool.on('error', options.onConnectionError);
      pool.on('connect', (client) => client.on('error', options.onConnectionError));
    }
    this.#prisma = new PrismaClient({
      adapter: new PrismaPg(this.#lending.pool, {
        schema: 'gatehouse',
        statementNameGenerator: ({ sql, args }) => this.#prepared({ text: sql, values: args }).name!,
      }),
    });
    this.#lending.to(this.#prisma);
  }

  /** Statements sent so far, those that open and end transactions included. Tests compare two readings. */
  get statementCount(): number {
    return this.#statements;
  }

  /** Connections by use: open, idle among them, and callers that wait for one. */
  get connections(): Record<'reads' | 'writes', { open: number; idle: number; waiting: number }> {
    const of = ({ totalCount, idleCount, waitingCount }: pg.Pool) =>
      ({ open: totalCount, idle: idleCount, waiting: waitingCount });
    return { reads: of(this.#reads), writes: of(this.#writes) };
  }

  /**
   * Runs one statement in a workspace, in one round trip.
   *
   * @param lookUp a session that is looked up in the same round trip, before the statement
   * @param signal when it fires, the statement is cancelled in PostgreSQL too
   * @throws DatabaseUnavailableError when there is no connection in time, or it breaks
   */
  async read(
    workspaceId: string, statement: Statement, signal?: AbortSignal, lookUp?: LookUp,
  ): Promise<Row[]> {
    requireWorkspace(workspaceId);
    const client = await this.#connect(this.#reads);
    if (signal?.aborted) {
      client.release();
      throw signal.reason;
    }
    let broken: Error | undefined;
    const stopListening = signal && this.#cancelOn(signal, client, this.#writes);
    try {
      return await this.#readOn(client, workspaceId, statement, lookUp);
    } catch (error) {
      // A statement that failed has ended its transaction. When the connection itself is gone, the pool must not see it
      // again.
      broken = isStatementError(error) ? undefined : connectionError(error);
      throw broken ?? error;
    } finally {
      await stopListening?.();
      client.release(broken);
    }
  }

  /** Calls a function on platform tables (identity), which belong to no workspace: `select … from gatehouse.f($1)`. */
  async call(statement: Statement): Promise<Row[]> {
    const client = await this.#connect(this.#reads);
    let broken: Error | undefined;
    try {
      const result = await client.query({ ...this.#prepared(statement), values: statement.values as unknown[] });
      return result.rows as Row[];
    } catch (error) {
      broken = isStatementError(error) ? undefined : connectionError(error);
      throw broken ?? error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Runs commands' writes in one transaction that has set the workspace. Everything in it is done on `tx`, one
   * statement after the other; no mail, hashing or HTTP belongs inside.
   */
  async transaction<T>(
    workspaceId: string, run: (tx: Transaction) => Promise<T>, options: { timeoutMilliseconds?: number } = {},
  ): Promise<T> {
    const setting = workspaceSetting(workspaceId);
    const client = await this.#connect(this.#writes);
    const transaction = new OpenTransaction(client, {
      setting,
      milliseconds: options.timeoutMilliseconds ?? 10_000,
      prepared: (statement) => this.#prepared(statement),
      lending: this.#lending,
    });
    let broken: Error | undefined;
    try {
      const result = await run(transaction.client);
      const committed = transaction.commit();
      const reads = transaction.afterwards.map((read) => this.#readAfterwards(client, workspaceId, read, committed));
      await Promise.all([committed, ...reads]);
      return result;
    } catch (error) {
      broken = await transaction.rollBack();
      throw broken ? connectionError(error) : error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Sent at once, behind the end of the transaction. Nobody can give up waiting for it before that has been answered.
   */
  async #readAfterwards(
    client: pg.PoolClient, workspaceId: string, { statement, signal, answer }: Afterwards, committed: Promise<void>,
  ): Promise<void> {
    const rows = this.#readOn(client, workspaceId, statement);
    // Whoever would wait for it may have gone.
    rows.catch(() => undefined);
    await committed;
    answer(rows);
    const stopListening = signal && this.#cancelOn(signal, client, this.#reads);
    await rows.catch(() => undefined);
    await stopListening?.();
  }

  async #readOn(
    client: pg.PoolClient, workspaceId: string, statement: Statement, lookUp?: LookUp,
  ): Promise<Row[]> {
    const named = { ...this.#prepared(statement), values: statement.values };
    const result = await queryWorkspace(client, workspaceId, named, this.#named, lookUp);
    return result.rows as Row[];
  }

  /** Returns when PostgreSQL has none of its connections any more, or a second after it was asked to end them. */
  async close(): Promise<void> {
    const pools = [this.#reads, this.#writes];
    // A pool says that it has ended when it has only told its connections to.
    const closed = Promise.all(pools.map(untilClosed));
    await this.#prisma.$disconnect();
    await Promise.all(pools.map((pool) => (pool.ended ? undefined : pool.end())));
    await Promise.race([closed, sleep(1_000, undefined, { ref: false })]);
  }

  async #connect(pool: pg.Pool): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw connectionError(error);
    }
  }

  /**
   * Waits with the release until the cancellation has arrived, so that it can hit no later statement.
   *
   * @param through the other pool, which has a connection when this one's are all taken
   */
  #cancelOn(signal: AbortSignal, client: pg.PoolClient, through: pg.Pool): () => Promise<void> {
    let cancelling: Promise<unknown> | undefined;
    const cancel = () => {
      const { processID } = client as unknown as { processID: number };
      cancelling = through.query('select pg_cancel_backend($1)', [processID]).catch(() => undefined);
    };
    signal.addEventListener('abort', cancel, { once: true });
    return async () => {
      signal.removeEventListener('abort', cancel);
      await cancelling;
    };
  }

  /**
   * Texts that come again get a name, so that PostgreSQL plans them once; a flood of different texts gets none, nor
   * what has no values: that is no statement to plan.
   */
  #prepared({ text, values }: Statement): { text: string; name?: string } {
    if (!this.#named || values.length === 0) return { text };
    let name = this.#names.get(text);
    if (!name && this.#names.size < maxNamedStatements) {
      name = `g${createHash('sha1').update(text).digest('base64url').slice(0, 16)}`;
      this.#names.set(text, name);
    }
    return name ? { text, name } : { text };
  }
}

const maxNamedStatements = 1_000;

function requireWorkspace(workspaceId: string): void {
  if (!isUuid(workspaceId)) throw new Error('A database call needs the id of its workspace.');
}

/** `SET` takes no placeholder, so the id is checked to be one before it is written out. */
function workspaceSetting(workspaceId: string): string {
  requireWorkspace(workspaceId);
  return `set local gatehouse.workspace_id = '${workspaceId}'`;
}

/**
 * Goes on in another workspace, inside the same transaction: for what one person does in all of his workspaces at once,
 * and must be done in all or none. From here on the walls are that workspace's.
 */
export async function enterWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.$executeRawUnsafe(workspaceSetting(workspaceId));
}

function untilClosed(pool: pg.Pool): Promise<void> {
  let open = pool.totalCount;
  if (open === 0) return Promise.resolve();
  return new Promise((resolve) => {
    pool.on('remove', () => {
      open -= 1;
      if (open === 0) resolve();
    });
  });
}

/** A bug on our side of the connection stays what it is. */
function connectionError(error: unknown): Error {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new DatabaseUnavailableError((error as Error).message, { cause: error });
}

/** PostgreSQL answered with an error, and the connection lives. */
function isStatementError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(57P0|08)/.test(error.code ?? '');
}
