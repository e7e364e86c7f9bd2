import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A cursor says after which values of the order a page begins, and is signed: it opens in the workspace and for the
 * order it was made for, and nobody can make one up to ask where an invisible row would stand.
 */
export function sealCursor(secret: string, purpose: string, values: readonly unknown[]): string {
  const payload = Buffer.from(JSON.stringify(values)).toString('base64url');
  return `${payload}.${signature(secret, purpose, payload)}`;
}

/** The values sealed in a cursor; null when it was changed, or made for another workspace or order. */
export function openCursor(secret: string, purpose: string, cursor: string): unknown[] | null {
  const [payload, given, ...rest] = cursor.split('.');
  if (!payload || !given || rest.length > 0) return null;
  const expected = Buffer.from(signature(secret, purpose, payload));
  const actual = Buffer.from(given);
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
}

function signature(secret: string, purpose: string, payload: string): string {
  return createHmac('sha256', secret).update(`${purpose}\n${payload}`).digest('base64url').slice(0, 22);
}
