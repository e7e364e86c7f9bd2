/** Codes are public and permanent; messages may be reworded. */
export type IdentityCode = 'INVALID_CREDENTIALS' | 'INVALID_INPUT' | 'INVALID_TOKEN' | 'SLUG_TAKEN';

/** Why an identity service did not do what was asked, with the place in the input. */
export type IdentityProblem = { code: IdentityCode; message: string; path: readonly string[] };

/** Either it was done, or everything that was wrong with it, at once. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problems: readonly IdentityProblem[] };

export function succeeded<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(...problems: IdentityProblem[]): { ok: false; problems: readonly IdentityProblem[] } {
  return { ok: false, problems };
}

export function invalid(message: string, ...path: string[]): IdentityProblem {
  return { code: 'INVALID_INPUT', message, path };
}

/** One answer for every reason, so that nobody learns who has an account here. */
export const invalidCredentials: IdentityProblem = {
  code: 'INVALID_CREDENTIALS', message: 'The e-mail address or the password is wrong.', path: [],
};

/** One answer for links that never were, have been used, were superseded or are too old. */
export const invalidToken: IdentityProblem = {
  code: 'INVALID_TOKEN', message: 'This link does not work any more.', path: ['token'],
};
