import { issueLink, linkToken } from '../../auth/link-tokens.ts';
import type { Caller } from '../../db/caller.ts';
import type { Services } from '../context.ts';

/** @returns the token of a link that sets the user's password, once, within the hour; earlier links stop working */
export async function issuePasswordLink(
  caller: Caller, services: Pick<Services, 'cursorSecret' | 'newId' | 'now'>, userId: string,
): Promise<string> {
  const id = await issueLink(caller, services, 'SET_PASSWORD', { subject: userId, userId });
  return linkToken(services.cursorSecret, 'SET_PASSWORD', id);
}

/** The address to give to the person, and to nobody else. @param publicUrl without a path */
export function passwordLink(publicUrl: string, token: string): string {
  return Object.assign(new URL('/set-password', publicUrl), { search: `?token=${token}` }).href;
}
