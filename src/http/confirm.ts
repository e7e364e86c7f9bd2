import { isDeepStrictEqual } from 'node:util';
import { Refusals } from '../auth/refusals.ts';
import type { Exchange } from './exchange.ts';

/*
 * A query of somebody whom this server remembers runs as him while PostgreSQL is asked, together with its first read,
 * whether he still is who he was. Nothing of it leaves before the answer is there: no data, no error, no line in the
 * log or in the security log. Where the answer is not that all holds, he is looked up by itself, and where he is
 * another then, everything that was made is thrown away and made again.
 *
 * What is known of who asks is therefore always `exchange.authentication`; `exchange.assumed` is for what can be thrown
 * away. See docs/decisions/0034-looked-up-with-the-first-read.md.
 */

/** Runs a query, again where it ran as somebody who is not the one who asks. @param run by what the exchange says */
export async function confirmed<T>(exchange: Exchange, run: () => T | Promise<T>): Promise<T> {
  const { assumed } = exchange;
  if (!assumed) return run();
  const made = (async () => run())();
  await made.catch(() => undefined);
  if (await findOut(exchange)) return made;
  exchange.refusals = new Refusals();
  exchange.responseHeaders = new Headers();
  return run();
}

/** Finds out who asks, where that was assumed. @returns whether he is who was assumed, and what was made is whole */
export async function findOut(exchange: Exchange): Promise<boolean> {
  const { assumed } = exchange;
  if (!assumed) return true;
  exchange.assumed = null;
  // Nobody waits any more, and the database may not answer at all: who it was stays unknown.
  if (assumed.isUnanswered && exchange.controller.signal.aborted) return false;
  if (await assumed.isConfirmed()) {
    exchange.authentication = assumed.authentication;
    return true;
  }
  exchange.authentication = await exchange.lookUp();
  const { principal } = exchange.authentication;
  return !assumed.hasRefused && isDeepStrictEqual(principal, assumed.authentication.principal);
}
