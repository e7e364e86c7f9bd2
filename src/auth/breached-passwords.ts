import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '../refusal.ts';

/** Sorted fingerprints without anything between them; scripts/breached-passwords.ts says of what. */
export const breachedPasswordsFile = path.join(import.meta.dirname, 'breached-passwords.bin');

/** 48 bits: of 60,000 in the list, a password that is not in it is taken for one once in four thousand million. */
export const fingerprintBytes = 6;

/** Case and ways of writing the same letters make no difference: attackers try them all. */
export function fingerprintOf(password: string): Buffer {
  const text = password.normalize('NFKC').toLowerCase();
  return createHash('sha256').update(text).digest().subarray(0, fingerprintBytes);
}

let list: Buffer | undefined;

/**
 * Reads the list; the server does so at its start, so that it never runs without.
 *
 * @throws Refusal  the file is missing or was cut
 */
export function loadBreachedPasswords(file = breachedPasswordsFile): Buffer {
  if (list && file === breachedPasswordsFile) return list;
  let read: Buffer;
  try {
    read = readFileSync(file);
  } catch {
    throw new Refusal(`The list of breached passwords is missing: ${file}. Install Gatehouse again.`);
  }
  if (read.length < 10_000 * fingerprintBytes || read.length % fingerprintBytes !== 0) {
    throw new Refusal(`The list of breached passwords is not whole: ${file}. Install Gatehouse again.`);
  }
  return (list = read);
}

/** Whether a password is one that attackers try first. No request leaves the machine for it. */
export function isBreached(password: string): boolean {
  const fingerprints = loadBreachedPasswords();
  const wanted = fingerprintOf(password);
  let low = 0;
  let high = fingerprints.length / fingerprintBytes;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = middle * fingerprintBytes;
    const order = fingerprints.compare(wanted, 0, fingerprintBytes, at, at + fingerprintBytes);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
