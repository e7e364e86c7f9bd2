/**
 * What a command answers when the business says no. Codes are public and permanent (src/schema/user-error-codes.ts
 * explains them); messages may be reworded. `path` leads to the input field, such as `['input', 'stageId']`.
 */
export type UserError = {
  code: UserErrorCode;
  message: string;
  path: readonly string[];
  /** The GraphQL type that carries `data`; plain errors have none. */
  type?: string;
  data?: Readonly<Record<string, unknown>>;
};

export type UserErrorCode =
  | 'NOT_FOUND' | 'INVALID_INPUT' | 'VERSION_CONFLICT' | 'TAKEN' | 'STAGE_NOT_ALLOWED' | 'STAGE_REQUIREMENTS_MISSING'
  | 'STAGE_ROLE_MISSING' | 'NOT_PERMITTED' | 'IDEMPOTENCY_KEY_REUSED' | 'IN_USE' | 'INVALID_CREDENTIALS'
  | 'LIMIT_REACHED' | 'LAST_OWNER' | 'LEAD_CONVERTED' | 'CONVERSION_SETTLED';

export function userError(code: UserErrorCode, message: string, ...path: string[]): UserError {
  return { code, message, path };
}

/** Absent and out of reach are one answer, so that ids cannot be probed. */
export function notFound(noun: string, ...path: string[]): UserError {
  return userError('NOT_FOUND', `There is no such ${noun}.`, ...path);
}

export function invalid(message: string, ...path: string[]): UserError {
  return userError('INVALID_INPUT', message, ...path);
}

/** The principal's rights do not go so far. What is missing may be told: a permission is no secret. */
export function notPermitted(message: string, ...path: string[]): UserError {
  return userError('NOT_PERMITTED', message, ...path);
}

/** Something else has the name, number or address that the input wants. */
export function alreadyTaken(message: string, ...path: string[]): UserError {
  return userError('TAKEN', message, ...path);
}

/** The record has changed since the version given; what its version is now may be told (product rules). */
export function versionConflict(currentVersion: number): UserError {
  return {
    code: 'VERSION_CONFLICT', path: ['input', 'version'], type: 'VersionConflict',
    message:
      `The record has changed meanwhile: its version is ${currentVersion} now. Read it again, then repeat the change.`,
    data: { currentVersion },
  };
}

/**
 * Something still needs the record. How many of them may be told, because commands that answer so ask for the right to
 * see them all: `sightProblems`.
 */
export function inUse(message: string, count: number, ...path: string[]): UserError {
  return { ...userError('IN_USE', message, ...path), type: 'InUse', data: { count } };
}

/** The rules of the house refuse what the API's gate should have refused before: a caller went around it. */
export class NotPermittedError extends Error {
  readonly permission: string;

  constructor(permission: string) {
    super(`That needs the permission ${permission}.`);
    this.permission = permission;
  }
}
