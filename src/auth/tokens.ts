import { createHash } from 'node:crypto';

/**
 * What is kept of a token: who reads the database cannot sign in with it. A plain SHA-256 is enough for secrets of 112
 * bits and more (ASVS 5.0, 6.5.2); a slow hash would only slow down us.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
