import { availableParallelism } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { guessableBecause } from './guessable-password.ts';
import { HashQueue } from './hash-queue.ts';

/** argon2id as OWASP and ASVS 5.0 (appendix C) ask for at least: 19 MiB, two passes, one lane. About 15 ms. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of nobody's password, made with the same parameters: verifying it takes as long as verifying a real one. */
const dummyHash =
  '$argon2id$v=19$m=19456,t=2,p=1$X8yXaSRLauzkpgZ9F429gA$dCtvgHbUYZIdAi+FZxiSGvb8a918+VXmKLt0xaImakQ';

/**
 * NIST SP 800-63B-4 §3.1.1.2 and ASVS 5.0: fifteen characters at least where the password is the only factor, no rules
 * about what they are, none cut off. The upper bound only keeps somebody from sending megabytes to be hashed.
 */
export const passwordLength = { min: 15, max: 1_024 };

/**
 * One hash per core, and one thread of libuv's four left for files and names: hashing runs in the same pool. A full
 * queue is about a second of waiting.
 */
const queue = new HashQueue({ parallel: Math.min(availableParallelism(), 3), waiting: 100 });

/**
 * What is wrong with a new password, as a sentence; null when it can be used.
 *
 * @param words what belongs to the person and the place, so that everybody would guess it: address, workspace
 */
export function passwordProblem(password: string, words: readonly string[] = []): string | null {
  const length = countCharacters(password);
  if (length < passwordLength.min) return `A password needs at least ${passwordLength.min} characters.`;
  if (length > passwordLength.max) return `A password has at most ${passwordLength.max} characters.`;
  if (loneSurrogate.test(password)) return 'A password consists of whole Unicode characters.';
  return guessableBecause(password, words);
}

/**
 * @param password one that `passwordProblem` has nothing against
 * @throws OverloadedError when too many wait already
 */
export async function hashPassword(password: string): Promise<string> {
  return queue.run(() => hash(password.normalize('NFC'), parameters));
}

/**
 * Takes the same time whether there is a hash or not, so that it does not tell who has an account.
 *
 * @param passwordHash null for an unknown user, or one without a password: never right
 * @throws OverloadedError when too many wait already
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  // What could never have been set is not worth a hash, for anybody.
  if (countCharacters(password) > passwordLength.max || loneSurrogate.test(password)) return false;
  const isRight = await queue.run(() => verify(passwordHash ?? dummyHash, password.normalize('NFC')));
  return isRight && passwordHash !== null;
}

/** Whether a hash was made with weaker parameters than today's, and should be made anew when its password is given. */
export function needsRehash(passwordHash: string): boolean {
  const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
  return algorithm !== argon2id || memoryCost < parameters.memoryCost || timeCost < parameters.timeCost
    || parallelism < parameters.parallelism;
}

/** `Algorithm.Argon2id`; the package declares it in a way that type stripping cannot follow. */
const argon2id = 2;

/** Half a character: all of these become the same bytes, so that different passwords would be one. */
const loneSurrogate = /\p{Surrogate}/u;

/** Of its normal form, so that é is one character however it was typed. */
function countCharacters(text: string): number {
  // Far too long is too long, whatever is in it: no work on megabytes.
  if (text.length > passwordLength.max * 4) return text.length;
  return [...text.normalize('NFC')].length;
}
