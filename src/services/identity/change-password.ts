import { revokeLink } from '../../auth/link-tokens.ts';
import { hashPassword, passwordProblem, verifyPassword } from '../../auth/password.ts';
import { startSession, takeSessions } from '../../auth/session.ts';
import { callerIn } from '../../db/caller.ts';
import { findUser, findUserByEmail, setPassword } from '../../db/identity.ts';
import { forgetTries, takeTry } from '../../db/limits.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { invalid, userError } from '../errors.ts';
import { type AccountEvent, recordAccountEvent } from '../security-log/record-event.ts';
import { deviceOf } from './device.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, succeeded } from './errors.ts';
import { noteExcess } from './limits.ts';
import type { SignedInUser } from './sessions.ts';
import { wordsOf } from './set-password.ts';
import { type SignedIn, signedInBy } from './signed-in.ts';

type AccountServices = Pick<Services, 'database' | 'newId' | 'now'>;
export type KnownUser = { id: string; email: string; name: string; passwordHash: string };

/**
 * Makes sure that it is the person himself who asks, and not somebody at his unlocked screen: by the password. Tries
 * are counted as those of signing in are, but apart from them.
 */
export async function proveWithPassword(
  services: AccountServices, userId: string, password: string, origin: Origin,
  failure: Pick<AccountEvent, 'type' | 'detail' | 'isOwn'> = { type: 'authn_login_fail', detail: 'asked again' },
): Promise<Answer<KnownUser>> {
  const { database } = services;
  const key = `password of ${userId}`;
  const wrong = declined(userError('INVALID_CREDENTIALS', 'The password is wrong.', 'input', 'currentPassword'));
  if (await takeTry(database, key) === null) {
    await noteExcess(services, origin, key, { userId, detail: 'wrong passwords of somebody who is signed in' });
    return wrong;
  }
  const user = await findUser(database, userId);
  const known = user && await findUserByEmail(database, user.email);
  if (!await verifyPassword(known?.passwordHash ?? null, password)) {
    await recordAccountEvent(database, services, origin, { userId, ...failure });
    return wrong;
  }
  await forgetTries(database, key);
  return succeeded({ ...user!, passwordHash: known!.passwordHash! });
}

/**
 * Changes one's password. All sessions end; the one that asks goes on with a new secret. A change of address that was
 * under way, and links for another password, are off.
 *
 * @throws OverloadedError when too many passwords wait to be checked
 */
export async function changePassword(
  services: AccountServices, { userId, principal, token: usedToken }: SignedInUser,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string }, origin: Origin,
): Promise<Answer<SignedIn>> {
  const { database, now } = services;
  const workspaceId = principal.workspace.id;
  const failure = { type: 'authn_password_change_fail', isOwn: true } as const;
  const proof = await proveWithPassword(services, userId, currentPassword, origin, {
    ...failure, detail: 'the current password was wrong',
  });
  if (!proof.ok) return proof;
  const { value: user } = proof;
  const wrong = newPassword.normalize('NFC') === currentPassword.normalize('NFC')
    ? 'This is the password that you have.'
    : passwordProblem(newPassword, await wordsOf(database, { userId, email: user.email }));
  if (wrong) {
    await recordAccountEvent(database, services, origin, { ...failure, userId, detail: 'the new one will not do' });
    return declined(invalid(wrong, 'input', 'newPassword'));
  }
  const newHash = await hashPassword(newPassword);
  const token = await database.transaction(workspaceId, async (tx) => {
    const caller = callerIn(tx);
    if (!await setPassword(caller, userId, user.passwordHash, newHash)) return null;
    await takeSessions(caller, { userId, token: usedToken });
    await endSessions(caller, services, origin, { userId }, 'the password was changed');
    for (const purpose of ['RESET_PASSWORD', 'SET_PASSWORD', 'CHANGE_EMAIL'] as const) {
      await revokeLink(caller, purpose, userId);
    }
    await recordAccountEvent(caller, services, origin, { type: 'authn_password_change', userId });
    await recordAccountEvent(caller, services, origin, {
      type: 'session_renewed', userId, workspaceId, detail: 'with another password',
    });
    await queueMail(tx, services, {
      template: 'password-changed', to: { address: user.email, name: user.name },
      variables: { at: now(), device: deviceOf(origin.userAgent) },
    });
    return startSession(caller, { userId, workspaceId, ...origin });
  });
  if (token !== null) return signedInBy(database, token);
  return declined(userError('INVALID_CREDENTIALS', 'The password was changed meanwhile.', 'input', 'currentPassword'));
}
