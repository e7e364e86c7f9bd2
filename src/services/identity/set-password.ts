import { hashPassword, passwordProblem } from '../../auth/password.ts';
import { hashToken } from '../../auth/tokens.ts';
import { setPasswordByToken } from '../../db/identity.ts';
import type { Services } from '../context.ts';
import { invalid } from '../errors.ts';
import { type Answer, declined, noSuchLink, succeeded } from './errors.ts';
import { findPasswordLink } from './password-link.ts';

/**
 * Sets the password of whoever holds a one-time link, and ends all of his sessions: they may be somebody else's. A
 * password that will not do leaves the link usable. Of several at once, one succeeds.
 *
 * @throws OverloadedError when too many passwords wait to be hashed
 */
export async function setPassword(
  { database }: Pick<Services, 'database'>, input: { token: string; password: string },
): Promise<Answer<{ userId: string }>> {
  // Looked at first: nothing is hashed for a made-up token.
  if (!await findPasswordLink(database, input.token)) return declined(noSuchLink);
  const wrong = passwordProblem(input.password);
  if (wrong) return declined(invalid(wrong, 'password'));
  const userId = await setPasswordByToken(
    database, hashToken(input.token), 'SET_PASSWORD', await hashPassword(input.password));
  return userId === null ? declined(noSuchLink) : succeeded({ userId });
}
