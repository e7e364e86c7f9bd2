import { callerIn } from '../../db/caller.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import type { Origin, Services } from '../context.ts';
import { endSessions } from './end-sessions.ts';

/** Ends the session of this token, in every server, from the next request on. Ending it twice is fine. */
export async function signOut(
  services: Pick<Services, 'database' | 'newId' | 'now'>, token: string, origin: Origin,
): Promise<void> {
  await services.database.transaction(platformWorkspaceId, (tx) => (
    endSessions(callerIn(tx), services, origin, { token }, 'signed out')));
}
