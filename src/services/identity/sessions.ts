import type { Principal } from '../../auth/principal.ts';
import { startSession, takeSessions } from '../../auth/session.ts';
import { callerIn } from '../../db/caller.ts';
import { membershipsOfUser } from '../../db/identity.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import type { Origin, Services } from '../context.ts';
import { notFound } from '../errors.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, succeeded } from './errors.ts';
import { type SignedIn, signedInBy } from './signed-in.ts';

type SessionServices = Pick<Services, 'database' | 'newId' | 'now'>;

/** Who is signed in by a session, and with which: no key and no job has one. */
export type SignedInUser = { userId: string; principal: Principal; token: string };

/** Ends one of one's sessions, from the next request on. */
export async function endSession(
  services: SessionServices, { userId }: SignedInUser, sessionId: string, origin: Origin,
): Promise<Answer<null>> {
  const ended = await services.database.transaction(platformWorkspaceId, (tx) => (
    endSessions(callerIn(tx), services, origin, { userId, id: sessionId }, 'ended from the list')));
  return ended.length > 0 ? succeeded(null) : declined(notFound('session', 'input', 'id'));
}

/** Ends all of one's sessions, everywhere, from the next request on. @param exceptThis leaves the one that asks */
export async function signOutEverywhere(
  services: SessionServices, { userId, token }: SignedInUser, exceptThis: boolean, origin: Origin,
): Promise<Answer<null>> {
  const which = { userId, exceptToken: exceptThis ? token : null };
  await services.database.transaction(platformWorkspaceId, (tx) => (
    endSessions(callerIn(tx), services, origin, which, 'signed out everywhere')));
  return succeeded(null);
}

/**
 * Goes on in another workspace: the session gets a new secret, and the one it had ends. It gets no older or younger by
 * that. Of many at once one succeeds; a session that has ended goes on nowhere.
 *
 * @param slug of a workspace that one is an active member of
 */
export async function switchWorkspace(
  services: SessionServices, { userId, token }: SignedInUser, slug: string, origin: Origin,
): Promise<Answer<SignedIn>> {
  const { database } = services;
  const wanted = slug.trim().toLowerCase();
  const membership = (await membershipsOfUser(database, userId)).find((each) => each.slug === wanted);
  if (!membership) return declined(notFound('workspace', 'input', 'workspace'));
  const { workspaceId } = membership;
  const newToken = await database.transaction(workspaceId, async (tx) => {
    const caller = callerIn(tx);
    const [before] = await takeSessions(caller, { userId, token });
    if (!before) return null;
    await recordAccountEvent(caller, services, origin, {
      type: 'session_renewed', userId, workspaceId, detail: 'switched to this workspace',
    });
    return startSession(caller, { userId, workspaceId, ...origin, since: before.createdAt });
  });
  return newToken === null ? declined(notFound('session any more', 'input')) : signedInBy(database, newToken);
}
