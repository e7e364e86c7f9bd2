import { principalFrom } from '../../auth/authenticate.ts';
import type { Principal } from '../../auth/principal.ts';
import { endSession, findSession, startSession } from '../../auth/session.ts';
import type { Caller } from '../../db/identity.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { type Answer, declined, invalidCredentials, succeeded } from './errors.ts';

/** A session that has just begun. The token is nowhere kept. */
export type SignedIn = { token: string; principal: Principal };

/** Starts a session where there was none, and says so in the security log. @returns the token */
export async function beginSession(
  caller: Caller, services: Pick<Services, 'newId' | 'now'>, origin: Origin,
  { userId, workspaceId }: { userId: string; workspaceId: string },
): Promise<string> {
  await recordAccountEvent(caller, services, origin, { type: 'session_created', userId, workspaceId });
  return startSession(caller, { userId, workspaceId, ...origin });
}

/** Reads a new session back as every request will read it; whoever was removed a moment ago gets nothing. */
export async function signedInBy(database: Services['database'], token: string): Promise<Answer<SignedIn>> {
  const found = await findSession(database, token);
  if (found) return succeeded({ token, principal: principalFrom(found.row, 'API') });
  await endSession(database, token);
  return declined(invalidCredentials);
}
