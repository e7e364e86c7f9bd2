import type { Transaction } from './database.ts';

/** Runs part of a transaction so that it alone is undone when it throws; what was done before stands. */
export async function savepoint<T>(tx: Transaction, run: () => Promise<T>): Promise<T> {
  await tx.$executeRaw`savepoint part`;
  try {
    const result = await run();
    await tx.$executeRaw`release savepoint part`;
    return result;
  } catch (error) {
    await tx.$executeRaw`rollback to savepoint part`;
    throw error;
  }
}
