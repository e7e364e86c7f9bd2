import { type UserError, notFound, userError } from '../errors.ts';

/** What an identity service answers: either it was done, or everything that was wrong, at once. */
export type Answer<T> = { ok: true; value: T } | { ok: false; userErrors: readonly UserError[] };

export function succeeded<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function declined(...userErrors: UserError[]): { ok: false; userErrors: readonly UserError[] } {
  return { ok: false, userErrors };
}

/** One answer for every reason, so that nobody learns who has an account here. */
export const invalidCredentials = userError('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');

/** One answer for links that never were, have been used, were superseded or are too old. */
export const noSuchLink = notFound('link, or it does not work any more', 'input', 'token');
