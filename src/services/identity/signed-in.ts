import { principalFrom } from '../../auth/authenticate.ts';
import type { Principal } from '../../auth/principal.ts';
import { findSession, startSession, takeSessions } from '../../auth/session.ts';
import { callerIn } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import { findUser } from '../../db/identity.ts';
import { knowNetwork } from '../../db/limits.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { deviceOf } from './device.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, invalidCredentials, succeeded } from './errors.ts';
import { networkOf } from './limits.ts';

/** A session that has just begun. The token is nowhere kept. */
export type SignedIn = { token: string; principal: Principal };

export type NewSession = {
  userId: string;
  workspaceId: string;
  /** The session that this browser had before, which ends: its cookie is about to be overwritten. */
  replacedToken?: string | null;
};

/**
 * Starts a session where there was none, and says so in the security log; from a network that the person was never seen
 * in before, though in others, by mail too.
 *
 * @returns the token
 */
export async function beginSession(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>, origin: Origin,
  { userId, workspaceId, replacedToken }: NewSession,
): Promise<string> {
  const caller = callerIn(tx);
  const network = networkOf(origin);
  if (network !== null && await knowNetwork(caller, userId, network)) await tellOfPlace(tx, services, userId, origin);
  if (replacedToken) {
    await endSessions(caller, services, origin, { token: replacedToken }, 'replaced by another sign-in');
  }
  await recordAccountEvent(caller, services, origin, { type: 'session_created', userId, workspaceId });
  return startSession(caller, { userId, workspaceId, ...origin });
}

async function tellOfPlace(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>, userId: string, { ipAddress, userAgent }: Origin,
): Promise<void> {
  const user = (await findUser(callerIn(tx), userId))!;
  await queueMail(tx, services, {
    template: 'new-sign-in', to: { address: user.email, name: user.name },
    variables: { at: services.now(), device: deviceOf(userAgent), place: ipAddress ?? '' },
  });
}

/** Reads a new session back as every request will read it; whoever was removed a moment ago gets nothing. */
export async function signedInBy(database: Services['database'], token: string): Promise<Answer<SignedIn>> {
  const found = await findSession(database, token);
  if (found) return succeeded({ token, principal: principalFrom(found.row, 'API') });
  await takeSessions(database, { token });
  return declined(invalidCredentials);
}
