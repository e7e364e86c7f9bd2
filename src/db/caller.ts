import type { Row, Statement, Transaction } from './database.ts';

/** Who can call a function: the Database, or a transaction that the call shall be part of (`callerIn`). */
export type Caller = { call(statement: Statement): Promise<Row[]> };

/** Calls inside a transaction, so that platform rows come and go together with a workspace's. */
export function callerIn(tx: Transaction): Caller {
  return { call: ({ text, values }) => tx.$queryRawUnsafe<Row[]>(text, ...values) };
}

/** The one value that a function answers with, selected as `it`; null for none. */
export async function callOne<T>(caller: Caller, text: string, values: readonly unknown[]): Promise<T | null> {
  const [row] = await caller.call({ text, values });
  return (row?.it as T | undefined) ?? null;
}
