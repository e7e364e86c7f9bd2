import { createHmac, hkdfSync } from 'node:crypto';
import type { Caller } from '../db/caller.ts';
import * as tokens from '../db/one-time-tokens.ts';
import type { LinkPurpose, LinkRow } from '../db/one-time-tokens.ts';
import { hashToken } from './tokens.ts';

export type { LinkPurpose, LinkRow } from '../db/one-time-tokens.ts';

/*
 * Links that work once. A token is made of its id and the server's secret, so that whoever sends a mail can make the
 * link anew at each delivery, and neither a mail's row, nor a job's, nor a stolen copy of the database holds one: the
 * database has the id and the token's SHA-256, and the secret is not in it.
 */

/** How long each kind of link works. */
export const linkMinutes: Readonly<Record<LinkPurpose, number>> = {
  SET_PASSWORD: 60, RESET_PASSWORD: 60, SIGN_UP: 24 * 60, CHANGE_EMAIL: 24 * 60, INVITATION: 7 * 24 * 60,
};

/** When a link that is made now stops working. */
export function linkEnd(purpose: LinkPurpose, now: Date): Date {
  return new Date(now.getTime() + linkMinutes[purpose] * 60_000);
}

/** Ours are 256 bits in base64url. Anything else is no token, and no statement is spent on it. */
const tokenPattern = /^[\w-]{43}$/;

/** Of one secret it is always the same; deriving it takes longer than using it. */
const keys = new Map<string, Buffer>();

function keyOf(secret: string): Buffer {
  let key = keys.get(secret);
  if (!key) keys.set(secret, (key = Buffer.from(hkdfSync('sha256', secret, '', 'gatehouse link tokens', 32))));
  return key;
}

/** The text of a token, as it stands in its link. @param secret the server's (`CURSOR_SECRET`) */
export function linkToken(secret: string, purpose: LinkPurpose, id: string): string {
  return createHmac('sha256', keyOf(secret)).update(`${purpose} ${id}`).digest('base64url');
}

export type NewLink = Pick<LinkRow, 'subject'> & Partial<Omit<LinkRow, 'id' | 'subject'>>;

/**
 * Makes a link that works once, for as long as `linkMinutes` says. The one before it for the same purpose and subject
 * stops working. Who sends it gives `{ tokenId, purpose, path }` to `queueMail`, in the same transaction.
 *
 * @param link.subject whom or what it is about, such as the user's id
 * @returns its id, which is no secret
 */
export async function issueLink(
  caller: Caller, { cursorSecret, newId, now }: { cursorSecret: string; newId: () => string; now: () => Date },
  purpose: LinkPurpose, { subject, userId = null, workspaceId = null, email = null, details = null }: NewLink,
): Promise<string> {
  const id = newId();
  const expiresAt = linkEnd(purpose, now());
  const tokenHash = hashToken(linkToken(cursorSecret, purpose, id));
  await tokens.createOneTimeToken(
    caller, { id, tokenHash, purpose, subject, userId, workspaceId, email, details, expiresAt });
  return id;
}

/** What a link is about, without using it up. Unknown, used, superseded, expired, of another kind: null for all. */
export async function findLink(caller: Caller, token: string, purpose: LinkPurpose): Promise<LinkRow | null> {
  return tokenPattern.test(token) ? tokens.findOneTimeToken(caller, hashToken(token), purpose) : null;
}

/**
 * Uses a link up: of many callers at once exactly one is answered, all others get null, as for a link that never was.
 *
 * @param caller  `callerIn(tx)` of the transaction that does what the link is for: both happen, or neither
 */
export async function takeLink(caller: Caller, token: string, purpose: LinkPurpose): Promise<LinkRow | null> {
  return tokenPattern.test(token) ? tokens.useOneTimeToken(caller, hashToken(token), purpose) : null;
}

/** The live link for a purpose and subject, to be sent again; null when there is none. */
export const linkAbout = tokens.oneTimeTokenAbout;

/** Makes the link for a purpose and subject stop working, if there is one. */
export const revokeLink = tokens.revokeOneTimeToken;
