import { NotPermittedError } from '../services/errors.ts';

/**
 * Why a try did not succeed, in a word that administrators see. Jobs throw it where the reason has a name; messages of
 * other errors may repeat what somebody entered, and stay in the log.
 */
export class JobError extends Error {
  override name = 'JobError';

  readonly reason: string;

  /** @param reason a constant in UPPER_SNAKE, never made from what somebody entered */
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/** Trying again would not help: the job is dead at once. */
export class JobAbandonedError extends JobError {
  override name = 'JobAbandonedError';
}

/** The worker had lost the job when it ended it: what it did in that transaction must be undone. */
export class ClaimLostError extends Error {
  override name = 'ClaimLostError';
}

/** Whether trying again would not help: the job said so, or whoever it acts for may not do it. */
export function isHopeless(error: unknown): boolean {
  return error instanceof JobAbandonedError || error instanceof NotPermittedError;
}

/** The reason of any error: its own word, or the code or name that a program gave it. */
export function reasonOf(error: unknown): string {
  if (error instanceof JobError) return error.reason;
  if (error instanceof NotPermittedError) return 'NOT_PERMITTED';
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  const { code, name } = error as { code?: unknown; name?: unknown };
  return [code, name].find((word): word is string => typeof word === 'string' && /^\w{1,60}$/.test(word)) ?? 'UNKNOWN';
}
