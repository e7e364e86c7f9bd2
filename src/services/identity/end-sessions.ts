import { type EndingSessions, takeSessions } from '../../auth/session.ts';
import type { Caller } from '../../db/caller.ts';
import type { EndedSession } from '../../db/identity.ts';
import type { Origin, Services } from '../context.ts';
import { type AccountEvent, recordAccountEvent } from '../security-log/record-event.ts';

/**
 * Ends sessions, from their next request on, and writes the end of each into the security log of the workspace that it
 * worked in, once.
 *
 * @param caller `callerIn(tx)` of the transaction of what ends them
 * @param why in a few words
 */
export async function endSessions(
  caller: Caller, services: Pick<Services, 'newId' | 'now'>, origin: Origin, which: EndingSessions, why: string,
  { isOwn = true }: Pick<AccountEvent, 'isOwn'> = {},
): Promise<EndedSession[]> {
  const ended = await takeSessions(caller, which);
  for (const { userId, workspaceId, isOver } of ended) {
    await recordAccountEvent(caller, services, origin, {
      // What was over before ended by itself; it had only not been written down yet (expire-sessions.ts).
      ...(isOver ? { type: 'session_expired', isOwn: false } : { type: 'session_ended', detail: why, isOwn }),
      userId, workspaceId,
    });
  }
  return ended;
}
