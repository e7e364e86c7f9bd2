import type { Database } from '../db/database.ts';
import { uuidv7 } from '../db/uuid.ts';
import type { Env } from '../env.ts';
import type { Services } from './context.ts';

/** What a process shares, as the environment wants it: the same for requests and for jobs, on connections of each. */
export function servicesOn(
  database: Database, env: Pick<Env, 'cursorSecret'> & Partial<Pick<Env, 'attemptsPerNetwork' | 'isSignUpOpen'>>,
): Services & { database: Database } {
  const { cursorSecret, attemptsPerNetwork, isSignUpOpen } = env;
  return { database, now: () => new Date(), newId: uuidv7, cursorSecret, attemptsPerNetwork, isSignUpOpen };
}
