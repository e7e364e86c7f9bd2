import { hashToken, newToken } from '../../auth/tokens.ts';
import { type Caller, createOneTimeToken, findOneTimeToken } from '../../db/identity.ts';

const lifetimeMinutes = 60;

/** @returns the token of a link that sets the user's password, once, within the hour; earlier links stop working */
export async function issuePasswordLink(caller: Caller, userId: string, now: Date): Promise<string> {
  const token = newToken();
  const expiresAt = new Date(now.getTime() + lifetimeMinutes * 60_000);
  await createOneTimeToken(caller, { tokenHash: hashToken(token), userId, purpose: 'SET_PASSWORD', expiresAt });
  return token;
}

/** Whose password the link sets, without using it up; null when it does not work. */
export async function findPasswordLink(
  caller: Caller, token: string,
): Promise<{ userId: string; email: string } | null> {
  return findOneTimeToken(caller, hashToken(token), 'SET_PASSWORD');
}

/** The address to give to the person, and to nobody else. @param publicUrl without a path */
export function passwordLink(publicUrl: string, token: string): string {
  return Object.assign(new URL('/set-password', publicUrl), { search: `?token=${token}` }).href;
}
