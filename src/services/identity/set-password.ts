import { type LinkPurpose, type LinkRow, findLink, revokeLink } from '../../auth/link-tokens.ts';
import { hashPassword, passwordProblem } from '../../auth/password.ts';
import { hashToken } from '../../auth/tokens.ts';
import { type Caller, callerIn } from '../../db/caller.ts';
import { findUser, membershipsOfUser } from '../../db/identity.ts';
import { setPasswordByToken } from '../../db/one-time-tokens.ts';
import { forgetSignIns } from '../../db/limits.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { invalid } from '../errors.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { deviceOf } from './device.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, noSuchLink, succeeded } from './errors.ts';

/**
 * Kinds of links that set a password: the one that is asked for, and the one that an operator gives to somebody new.
 */
const purposes = ['RESET_PASSWORD', 'SET_PASSWORD'] as const satisfies LinkPurpose[];
type PasswordPurpose = (typeof purposes)[number];

/** Whose password a link sets, without using it up; null when it does not work. */
export async function findPasswordLink(
  caller: Caller, token: string,
): Promise<LinkRow & { purpose: PasswordPurpose; userId: string; email: string } | null> {
  for (const purpose of purposes) {
    const link = await findLink(caller, token, purpose);
    if (link?.userId && link.email) return { ...link, purpose, userId: link.userId, email: link.email };
  }
  return null;
}

/**
 * Sets the password of whoever holds a one-time link, and ends all of his sessions: they may be somebody else's. What
 * was counted against his sign-ins is forgotten, and a change of address that was under way is off. A password that
 * will not do leaves the link usable. Of several at once, one succeeds.
 *
 * @throws OverloadedError when too many passwords wait to be hashed
 */
export async function setPassword(
  services: Pick<Services, 'database' | 'newId' | 'now'>, { token, password }: { token: string; password: string },
  origin: Origin,
): Promise<Answer<{ userId: string }>> {
  const { database, now } = services;
  // Looked at first: nothing is hashed for a made-up token.
  const link = await findPasswordLink(database, token);
  if (!link) return declined(noSuchLink);
  const wrong = passwordProblem(password, await wordsOf(database, link));
  if (wrong) {
    await recordAccountEvent(database, services, origin, {
      type: 'authn_password_change_fail', userId: link.userId, isOwn: true, detail: 'the new one will not do',
    });
    return declined(invalid(wrong, 'input', 'password'));
  }
  const passwordHash = await hashPassword(password);
  const userId = await database.transaction(platformWorkspaceId, async (tx) => {
    const caller = callerIn(tx);
    const whose = await setPasswordByToken(caller, hashToken(token), link.purpose, passwordHash);
    if (whose === null) return null;
    const user = (await findUser(caller, whose))!;
    await endSessions(caller, services, origin, { userId: whose }, 'the password was set by a link');
    await forgetSignIns(caller, user.email);
    await revokeLink(caller, 'CHANGE_EMAIL', whose);
    await recordAccountEvent(caller, services, origin, {
      type: 'authn_password_change', userId: whose, detail: 'by a link sent by mail',
    });
    await queueMail(tx, services, {
      template: 'password-changed', to: { address: user.email, name: user.name },
      variables: { at: now(), device: deviceOf(origin.userAgent) },
    });
    return whose;
  });
  return userId === null ? declined(noSuchLink) : succeeded({ userId });
}

/** What anybody would guess first: the address, and the names of the person's workspaces. */
export async function wordsOf(caller: Caller, user: { userId: string; email: string }): Promise<string[]> {
  const memberships = await membershipsOfUser(caller, user.userId);
  return [user.email, ...memberships.flatMap(({ name, slug }) => [name, slug])];
}
