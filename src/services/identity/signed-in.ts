import { principalFrom } from '../../auth/authenticate.ts';
import type { Principal } from '../../auth/principal.ts';
import { findSession, startSession, takeSessions } from '../../auth/session.ts';
import type { Caller } from '../../db/identity.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, invalidCredentials, succeeded } from './errors.ts';

/** A session that has just begun. The token is nowhere kept. */
export type SignedIn = { token: string; principal: Principal };

export type NewSession = {
  userId: string;
  workspaceId: string;
  /** The session that this browser had before, which ends: its cookie is about to be overwritten. */
  replacedToken?: string | null;
};

/** Starts a session where there was none, and says so in the security log. @returns the token */
export async function beginSession(
  caller: Caller, services: Pick<Services, 'newId' | 'now'>, origin: Origin,
  { userId, workspaceId, replacedToken }: NewSession,
): Promise<string> {
  if (replacedToken) await endSessions(caller, services, origin, { token: replacedToken }, 'replaced by another sign-in');
  await recordAccountEvent(caller, services, origin, { type: 'session_created', userId, workspaceId });
  return startSession(caller, { userId, workspaceId, ...origin });
}

/** Reads a new session back as every request will read it; whoever was removed a moment ago gets nothing. */
export async function signedInBy(database: Services['database'], token: string): Promise<Answer<SignedIn>> {
  const found = await findSession(database, token);
  if (found) return succeeded({ token, principal: principalFrom(found.row, 'API') });
  await takeSessions(database, { token });
  return declined(invalidCredentials);
}
