import { callerIn } from '../../db/caller.ts';
import { takeExpiredSessions } from '../../db/identity.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import type { Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';

const atOnce = 500;

/**
 * Takes the sessions away that are over, and writes into the security log that they are, with where each was used last.
 * They let nobody in before that already: this is what is left of them.
 */
export async function expireSessions(
  services: Pick<Services, 'database' | 'newId' | 'now'>, signal: AbortSignal,
): Promise<void> {
  for (let taken = atOnce; taken === atOnce && !signal.aborted;) {
    taken = await services.database.transaction(platformWorkspaceId, async (tx) => {
      const caller = callerIn(tx);
      const sessions = await takeExpiredSessions(caller, atOnce);
      for (const { userId, workspaceId, ipAddress, userAgent } of sessions) {
        const lastUsed = { ipAddress, userAgent, requestId: null };
        await recordAccountEvent(caller, services, lastUsed, {
          type: 'session_expired', userId, workspaceId, isOwn: false,
        });
      }
      return sessions.length;
    });
  }
}
