import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { Prisma, type PrismaClient } from './generated/prisma/client.ts';
import { modelNames } from './models.ts';

export type Statement = { text: string; values: readonly unknown[] };
export type Row = Record<string, unknown>;

type RawName = '$queryRaw' | '$executeRaw' | '$queryRawUnsafe' | '$executeRawUnsafe';

/**
 * The client inside a transaction that has set its workspace: the only way to write. Its models are Prisma's;
 * statements in SQL go to PostgreSQL without it, prepared, on the same connection.
 */
export type Transaction = Omit<Prisma.TransactionClient, RawName> & RawStatements;

export type RawStatements = {
  $queryRaw<T = unknown>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<T>;
  /** @returns how many rows it has written */
  $executeRaw(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<number>;
  $queryRawUnsafe<T = unknown>(text: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(text: string, ...values: unknown[]): Promise<number>;
  /**
   * Sends what needs no answer, in one packet with what follows. Its error comes out of the next statement that is
   * waited for, or of the transaction's end.
   */
  $send(query: TemplateStringsArray | Statement, ...values: unknown[]): void;
  /**
   * A read of what the transaction has written, sent behind its end in the same packet. Only whoever waits for the
   * transaction can wait for the answer: inside there is none yet.
   */
  $afterwards(statement: Statement, signal?: AbortSignal): Promise<Row[]>;
};

/** It took longer than it may; nothing of it stands. */
export class TransactionTimeoutError extends Error {}

export type Afterwards = { statement: Statement; signal?: AbortSignal; answer: (rows: Promise<Row[]>) => void };

/** A statement with the name that PostgreSQL keeps its plan by. */
type Prepared = (statement: Statement) => { text: string; name?: string };

/** A transaction under way on a connection. It begins with its first statement, in one packet with it. */
export class OpenTransaction {
  readonly client: Transaction;
  readonly afterwards: Afterwards[] = [];
  readonly #connection: pg.PoolClient;
  readonly #beginning: string;
  readonly #prepared: Prepared;
  readonly #endsBy: number;
  readonly #lending: Lending;
  #hasBegun = false;
  /** Why nothing more is sent. */
  #closed: Error | undefined;
  #unanswered: Promise<unknown> = Promise.resolve();
  #prisma: Promise<LentClient> | undefined;

  constructor(connection: pg.PoolClient, { setting, milliseconds, prepared, lending }: {
    /** The statement that sets the workspace. */
    setting: string; milliseconds: number; prepared: Prepared; lending: Lending;
  }) {
    this.#connection = connection;
    this.#beginning = `begin; ${setting}`;
    this.#prepared = prepared;
    this.#endsBy = performance.now() + milliseconds;
    this.#lending = lending;
    this.client = this.#makeClient();
  }

  /** Sends the end. What stands against any statement of the transaction stands against it. */
  async commit(): Promise<void> {
    if (!this.#hasBegun) return;
    const ended = this.#query({ text: 'commit' });
    const isTooLate = this.#closed instanceof TransactionTimeoutError;
    this.#closed ??= new Error('The transaction is over.');
    const { command } = await this.#answered(ended);
    if (isTooLate) throw this.#closed;
    // PostgreSQL ends a transaction with an error in it so, and says no more.
    if (command !== 'COMMIT') throw new Error('Nothing was written: an error inside the transaction was passed over.');
    await this.#endPrisma();
  }

  /** @returns the error when the connection is of no use any more */
  async rollBack(): Promise<Error | undefined> {
    this.#closed ??= new Error('The transaction was rolled back.');
    await this.#unanswered.catch(() => undefined);
    try {
      if (this.#hasBegun) await this.#connection.query('rollback');
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      await this.#endPrisma();
    }
  }

  async #endPrisma(): Promise<void> {
    const lent = await this.#prisma?.catch(() => undefined);
    await lent?.end();
  }

  #query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    if (performance.now() > this.#endsBy) {
      this.#closed ??= new TransactionTimeoutError('The transaction took longer than it may.');
    }
    if (this.#closed) return Promise.reject(this.#closed);
    inOnePacketWithTheNext(this.#connection);
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      // Outside of a transaction nothing may run: no workspace would be set, and nothing could be undone.
      this.#note(this.#connection.query(this.#beginning).catch((error: Error) => { throw (this.#closed = error); }));
    }
    return this.#connection.query(query);
  }

  /** An answer, once all that was sent before has been answered without an error. */
  async #answered<T>(answer: Promise<T>): Promise<T> {
    answer.catch(() => undefined);
    const before = this.#unanswered;
    this.#unanswered = Promise.resolve();
    await before;
    return answer;
  }

  #note(answer: Promise<unknown>): void {
    this.#unanswered = Promise.all([this.#unanswered, answer]);
    this.#unanswered.catch(() => undefined);
  }

  #raw(statement: Statement): Promise<pg.QueryResult> {
    return this.#query({ ...this.#prepared(statement), values: statement.values.map(toPostgres), types });
  }

  #makeClient(): Transaction {
    const run = (statement: Statement) => this.#answered(this.#raw(statement));
    const own: RawStatements = {
      $queryRaw: async <T>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => (
        (await run(sqlOf(query, values))).rows as T),
      $executeRaw: async (query, ...values) => (await run(sqlOf(query, values))).rowCount ?? 0,
      $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) => (await run({ text, values })).rows as T,
      $executeRawUnsafe: async (text, ...values) => (await run({ text, values })).rowCount ?? 0,
      $send: (query, ...values) => this.#note(this.#raw(sqlOf(query, values))),
      $afterwards: (statement, signal) => new Promise((answer) => {
        this.afterwards.push({ statement, ...(signal ? { signal } : {}), answer });
      }),
    };
    return new Proxy(own, {
      get: (_own, name) => (
        own[name as RawName] ?? (models.has(name as string) ? this.#model(name as ModelName) : undefined)),
    }) as unknown as Transaction;
  }

  /** A model of Prisma's, which is lent the connection when it is first asked for anything. */
  #model(name: ModelName): object {
    return new Proxy({}, {
      get: (_none, act: string) => async (query: unknown) => {
        this.#prisma ??= this.#lending.lend((statement) => this.#answered(this.#query(statement)));
        const { client } = await this.#prisma;
        return (client[name] as unknown as Record<string, (query: unknown) => unknown>)[act]!(query);
      },
    });
  }
}

type ModelName = Uncapitalize<Prisma.ModelName>;

const models: ReadonlySet<string> = new Set(
  modelNames.map((name) => name.charAt(0).toLowerCase() + name.slice(1)));

function sqlOf(query: TemplateStringsArray | Statement, values: unknown[]): Statement {
  return 'text' in query ? query : Prisma.sql(query, ...values);
}

/** With its zone, which `pg` would take from the process. */
function toPostgres(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

/** Values as Prisma gives them: amounts as bigint, days as instants in UTC. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [pg.types.builtins.INT8]: BigInt,
  [pg.types.builtins.DATE]: (text) => new Date(`${text}T00:00:00Z`),
  [pg.types.builtins.NUMERIC]: (text) => new Prisma.Decimal(text),
};
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => (
    (format !== 'binary' && parsers[oid]) || pg.types.getTypeParser(oid, format)),
} as pg.CustomTypesConfig;

/** What is sent before anybody waits goes out together. */
function inOnePacketWithTheNext(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

type Ask = (query: pg.QueryConfig) => Promise<pg.QueryResult>;
type LentClient = { client: Prisma.TransactionClient; end(): Promise<void> };

/** Lends connections with an open transaction to Prisma, which takes its own from a pool. */
export class Lending {
  /** What Prisma's adapter is made with. */
  readonly pool: pg.Pool;
  readonly #asks = new AsyncLocalStorage<Ask>();
  #client: PrismaClient | undefined;

  constructor() {
    const asks = this.#asks;
    this.pool = new (class extends pg.Pool {
      override connect(): never {
        const ask = asks.getStore();
        if (!ask) throw new Error('Prisma has no connection of its own: ask it in a transaction.');
        return Promise.resolve(lentConnection(ask)) as never;
      }
    })();
  }

  to(client: PrismaClient): void {
    this.#client = client;
  }

  /** Prisma's client on this connection, until `end`. */
  lend(ask: Ask): Promise<LentClient> {
    return new Promise((resolve, reject) => {
      const { promise: over, resolve: end } = Promise.withResolvers<void>();
      // It is told when the transaction is over; how long that may take is not Prisma's to say.
      const held = this.#asks.run(ask, () => this.#client!.$transaction(async (client) => {
        resolve({ client, end: () => { end(); return held; } });
        await over;
      }, { timeout: 2 ** 31 - 1 }));
      held.catch(reject);
    });
  }
}

/** Begin and end are not Prisma's: it is answered that they were done. */
function lentConnection(ask: Ask): object {
  const nothing = { rowCount: null, fields: [], rows: [] };
  return {
    query: (query: pg.QueryConfig) => (
      /^(BEGIN|COMMIT|ROLLBACK)$/.test(query.text) ? Promise.resolve({ ...nothing, command: query.text }) : ask(query)),
    on: () => undefined,
    removeListener: () => undefined,
    release: () => undefined,
  };
}
