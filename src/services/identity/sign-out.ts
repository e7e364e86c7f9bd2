import { findSession } from '../../auth/session.ts';
import { hashToken } from '../../auth/tokens.ts';
import { endSessionOf, sessionsOfUser, within } from '../../db/identity.ts';
import { platformWorkspaceId } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';

/** Ends the session of this token, in every server, from the next request on. Ending it twice is fine. */
export async function signOut(
  services: Pick<Services, 'database' | 'newId' | 'now'>, token: string, origin: Origin,
): Promise<void> {
  const { database } = services;
  const userId = (await findSession(database, token))?.row.session?.userId;
  if (!userId) return;
  await database.transaction(platformWorkspaceId, async (tx) => {
    const caller = within(tx);
    const session = (await sessionsOfUser(caller, userId)).find(({ tokenHash }) => tokenHash === hashToken(token));
    if (!session || !await endSessionOf(caller, userId, session.id)) return;
    await recordAccountEvent(caller, services, origin, { type: 'session_ended', userId, detail: 'signed out' });
  });
}
