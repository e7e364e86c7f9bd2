import { DatabaseUnavailableError } from './database.ts';
import { TransactionTimeoutError } from './transaction.ts';

/**
 * Why the database did not do something, where the caller can know:
 * `badValue` a value that no column could hold (out of range, NUL in a text);
 * `cancelled` it took too long, or nobody waits for it any more;
 * `unavailable` it cannot be reached, is full, or gave way to others: trying again may help.
 */
export type DatabaseFailure = 'badValue' | 'cancelled' | 'unavailable';

const bySqlState: readonly (readonly [RegExp, DatabaseFailure])[] = [
  [/^22/, 'badValue'],
  [/^57014$/, 'cancelled'],
  // Connections, resources, shutdown; deadlocks and serialisation, which are retried before they come here; locks.
  [/^(08|53|57P|40001$|40P01$|55P03$)/, 'unavailable'],
];

/** Prisma's own codes, where no SQLSTATE stands behind them. */
const byPrismaCode: Record<string, DatabaseFailure> = {
  P1001: 'unavailable', P1002: 'unavailable', P1008: 'unavailable', P1017: 'unavailable', P2024: 'unavailable',
  P2028: 'unavailable',
  P2000: 'badValue', P2020: 'badValue',
};

type ErrorShape = {
  code?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
};

/** What kind of failure an error from `Database` is, from `pg` or from Prisma; null for a bug. */
export function databaseFailure(error: unknown): DatabaseFailure | null {
  if (typeof error !== 'object' || error === null) return null;
  if (error instanceof DatabaseUnavailableError) return 'unavailable';
  if (error instanceof TransactionTimeoutError) return 'cancelled';
  const { code, cause, meta } = error as ErrorShape;
  const sqlState = meta?.driverAdapterError?.cause?.originalCode ?? code;
  if (typeof sqlState === 'string') {
    const found = bySqlState.find(([pattern]) => sqlState.length === 5 && pattern.test(sqlState))?.[1];
    if (found) return found;
  }
  return byPrismaCode[String(code)] ?? databaseFailure(cause);
}
