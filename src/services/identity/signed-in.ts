import { principalFrom } from '../../auth/authenticate.ts';
import type { Principal } from '../../auth/principal.ts';
import { endSession, findSession } from '../../auth/session.ts';
import type { Services } from '../context.ts';
import { type Answer, declined, invalidCredentials, succeeded } from './errors.ts';

/** A session that has just begun. The token is nowhere kept. */
export type SignedIn = { token: string; principal: Principal };

/** Reads a new session back as every request will read it; whoever was removed a moment ago gets nothing. */
export async function signedInBy(database: Services['database'], token: string): Promise<Answer<SignedIn>> {
  const found = await findSession(database, token);
  if (found) return succeeded({ token, principal: principalFrom(found.row, 'API') });
  await endSession(database, token);
  return declined(invalidCredentials);
}
