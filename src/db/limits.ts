import type { Caller } from './caller.ts';

/*
 * Counts in the database: atomic, and the same for all servers. The functions are in prisma/migrations/*_limits.
 */

/** @returns 0 when one of the period's turns was taken, otherwise how many seconds it is to the next period */
export async function takeTurn(
  caller: Caller, key: string, { capacity, seconds }: { capacity: number; seconds: number },
): Promise<number> {
  const [row] = await caller.call({
    text: `select gatehouse.take_turn($1::text, $2::integer, $3::integer * interval '1 second') as it`,
    values: [key, capacity, seconds],
  });
  return row!.it as number;
}

/** It was no misuse after all. */
export async function giveTurnBack(caller: Caller, key: string): Promise<void> {
  await caller.call({ text: 'select from gatehouse.give_turn_back($1::text)', values: [key] });
}

/** So many tries at a secret in a row are free; then each has to wait (take_try says how long). */
export const freeTries = 10;

/**
 * A try at a secret.
 *
 * @returns how many were wrong since one was right, this one included; null when there is none now
 */
export async function takeTry(caller: Caller, key: string): Promise<number | null> {
  const [row] = await caller.call({ text: 'select gatehouse.take_try($1::text) as it', values: [key] });
  return row!.it as number | null;
}

/** A try to sign in with an address, from a network. @returns null when there is none now */
export async function takeSignIn(
  caller: Caller, email: string, network: string,
): Promise<{ key: string; tries: number } | null> {
  const [row] = await caller.call({
    text: 'select gatehouse.take_sign_in($1::text, $2::text) as it', values: [email, network],
  });
  return row!.it as { key: string; tries: number } | null;
}

/** The secret was right. */
export async function forgetTries(caller: Caller, key: string): Promise<void> {
  await caller.call({ text: 'select from gatehouse.forget_tries($1::text)', values: [key] });
}

/** Whoever has proved that the mailbox is his gets all his tries to sign in back. */
export async function forgetSignIns(caller: Caller, email: string): Promise<void> {
  await caller.call({ text: 'select from gatehouse.forget_sign_ins($1::text)', values: [email] });
}

/** Remembers from where somebody has signed in. @returns whether he was known elsewhere, and here not */
export async function knowNetwork(caller: Caller, userId: string, network: string): Promise<boolean> {
  const [row] = await caller.call({
    text: 'select gatehouse.know_network($1::uuid, $2::text) as it', values: [userId, network],
  });
  return row!.it as boolean;
}

/** What has run out is of no use to anybody; this only keeps the tables small. */
export async function deleteExpiredLimits(caller: Caller): Promise<void> {
  await caller.call({ text: 'select from gatehouse.delete_expired_limits()', values: [] });
}
