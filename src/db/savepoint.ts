import type { Transaction } from './database.ts';

/** Runs part of a transaction so that it alone is undone when it throws; what was done before stands. */
export async function savepoint<T>(tx: Transaction, run: () => Promise<T>): Promise<T> {
  return tentatively(tx, run, () => true);
}

/** The same, and undone as well where its result is not to stand: something is refused, or it was a trial. */
export async function tentatively<T>(
  tx: Transaction, run: () => Promise<T>, stands: (result: T) => boolean,
): Promise<T> {
  await tx.$executeRaw`savepoint part`;
  try {
    const result = await run();
    if (!stands(result)) await tx.$executeRaw`rollback to savepoint part`;
    await tx.$executeRaw`release savepoint part`;
    return result;
  } catch (error) {
    // One within another has the same name: only what is released is out of the other's way.
    await tx.$executeRaw`rollback to savepoint part`;
    await tx.$executeRaw`release savepoint part`;
    throw error;
  }
}
