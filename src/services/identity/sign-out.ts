import { within } from '../../db/identity.ts';
import { platformWorkspaceId } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { endSessions } from './end-sessions.ts';

/** Ends the session of this token, in every server, from the next request on. Ending it twice is fine. */
export async function signOut(
  services: Pick<Services, 'database' | 'newId' | 'now'>, token: string, origin: Origin,
): Promise<void> {
  await services.database.transaction(platformWorkspaceId, (tx) => (
    endSessions(within(tx), services, origin, { token }, 'signed out')));
}
