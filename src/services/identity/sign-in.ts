import { principalFrom } from '../../auth/authenticate.ts';
import { OverloadedError } from '../../auth/hash-queue.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../auth/password.ts';
import type { Principal } from '../../auth/principal.ts';
import { endSession, findSession, startSession } from '../../auth/session.ts';
import { findUserByEmail, membershipsOfUser, setPassword } from '../../db/identity.ts';
import type { Services } from '../context.ts';
import { normaliseEmail } from './email.ts';
import { type Answer, declined, invalidCredentials, succeeded } from './errors.ts';

export type SignInInput = {
  email: string;
  password: string;
  /** Slug of the workspace to work in; without it, the first by name of those the user is a member of. */
  workspace?: string | null;
  userAgent: string | null;
  /** The session that this browser had before, which ends: its cookie is about to be overwritten. */
  replacedToken?: string | null;
};
export type SignedIn = { token: string; principal: Principal };

/**
 * Starts a session. An unknown address, a wrong password, no password yet, no membership (in that workspace): one
 * answer, after the same work.
 *
 * @throws OverloadedError when too many passwords wait to be checked
 */
export async function signIn(
  { database }: Pick<Services, 'database'>, input: SignInInput,
): Promise<Answer<SignedIn>> {
  const email = normaliseEmail(input.email);
  const user = email === null ? null : await findUserByEmail(database, email);
  const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user?.passwordHash || !isRight) return declined(invalidCredentials);

  const memberships = await membershipsOfUser(database, user.id);
  const wanted = input.workspace?.trim().toLowerCase();
  const membership = wanted ? memberships.find(({ slug }) => slug === wanted) : memberships[0];
  if (!membership) return declined(invalidCredentials);

  await strengthen(database, user.id, user.passwordHash, input.password);
  const token = await startSession(database, {
    userId: user.id, workspaceId: membership.workspaceId, userAgent: input.userAgent,
  });
  // Read back as every request will read it; whoever was removed a moment ago gets nothing.
  const found = await findSession(database, token);
  if (!found) {
    await endSession(database, token);
    return declined(invalidCredentials);
  }
  if (input.replacedToken) await endSession(database, input.replacedToken);
  return succeeded({ token, principal: principalFrom(found.row, 'API') });
}

/** Passwords are at hand only here, so this is where old hashes are brought up to today's parameters. */
async function strengthen(
  database: Services['database'], userId: string, passwordHash: string, password: string,
): Promise<void> {
  if (!needsRehash(passwordHash)) return;
  try {
    await setPassword(database, userId, passwordHash, await hashPassword(password));
  } catch (error) {
    // There will be another sign-in.
    if (!(error instanceof OverloadedError)) throw error;
  }
}
