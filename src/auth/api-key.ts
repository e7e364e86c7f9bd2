import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Caller } from '../db/caller.ts';
import * as identity from '../db/identity.ts';
import type { Origin } from './origin.ts';
import { recalled } from './remembered.ts';
import { hashToken } from './tokens.ts';

/*
 * A key reads `gatehouse_` and 47 characters of base 32: 200 random bits, and 35 that check them. So programs that look
 * for secrets in what people publish recognise it, and one that was mistyped or made up costs no statement.
 */
const mark = 'gatehouse_';
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const pattern = /^gatehouse_[a-z2-7]{47}$/;
const secretLength = 40;

/** What people see of a key afterwards: enough to tell it from others, with 160 bits left to guess. */
const shownLength = mark.length + 8;

export type NewApiKey = { token: string; prefix: string; tokenHash: string };

/** @returns the key, to be shown once, and what is kept of it */
export function newApiKey(): NewApiKey {
  return apiKeyOf(base32(randomBytes(25)));
}

/** The key of a secret: 40 characters of base 32. */
export function apiKeyOf(secret: string): NewApiKey {
  const token = `${mark}${secret}${checksum(secret)}`;
  return { token, prefix: token.slice(0, shownLength), tokenHash: hashToken(token) };
}

/** Whether a bearer token means to be a key; sessions' tokens look otherwise. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith(mark);
}

/** Whether an address has a key in it, where proxies, logs and histories keep it. */
export function hasApiKey(address: string): boolean {
  return /gatehouse_[a-z2-7]{47}/.test(address);
}

/**
 * Who a key acts for, in one statement; none for a key whose checksum is wrong.
 *
 * @param newId of the event that a key was tried which works no more
 * @returns null when it is unknown, expired or revoked, or its owner is no active member any more
 */
export async function findApiKey(
  caller: Caller, token: string, { ipAddress, userAgent, requestId }: Origin, newId: () => string,
): Promise<identity.PrincipalRow | null> {
  if (!pattern.test(token)) return null;
  const secret = token.slice(mark.length, mark.length + secretLength);
  if (token.slice(mark.length + secretLength) !== checksum(secret)) return null;
  const from = { ipAddress, userAgent: userAgent?.slice(0, 500) ?? null, requestId };
  return recalled(hashToken(token), (tokenHash, known) => (
    identity.principalOfApiKey(caller, tokenHash, from, newId(), known)));
}

/** Not a secret's: it only tells a key from what is none. Seven characters of base 32 hold 35 bits, the CRC has 32. */
function checksum(secret: string): string {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(crc32(secret), 1);
  return base32(bytes).slice(1);
}

/** RFC 4648 without padding, in lower case, of a multiple of five bytes. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => alphabet[Number.parseInt(five, 2)]!);
}
