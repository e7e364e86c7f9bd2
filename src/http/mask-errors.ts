import { GraphQLError, Kind } from 'graphql';
import { OverloadedError } from '../auth/hash-queue.ts';
import { type DatabaseFailure, databaseFailure } from '../db/database-failure.ts';
import { type ErrorCode, isErrorCode } from '../schema/error-codes.ts';
import { httpOf } from './request-error.ts';

export type MaskedError = {
  /** What the client is told. */
  error: GraphQLError;
  code: ErrorCode;
  /** What it is not told, for the log. */
  cause: unknown;
};

type Told = { code: ErrorCode; message: string; extensions?: Record<string, unknown> };

const byFailure: Record<DatabaseFailure, Told> = {
  badValue: { code: 'BAD_USER_INPUT', message: 'A value is out of range, or has characters that cannot be stored.' },
  cancelled: { code: 'TIMEOUT', message: 'This took too long and was ended.' },
  unavailable: { code: 'OVERLOADED', message: 'There is too much going on. Try again in a moment.' },
};
const bug: Told = { code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.' };

/**
 * What a client is told of an error. Those with a code of the public list were made to be told. What the client's input
 * or the database's capacity caused gets a code. All else is a bug, of which nothing is told but that there is one.
 *
 * @param hasData  the operation has run: parts of it may have failed, the request has not
 */
export function maskError(error: unknown, hasData: boolean): MaskedError {
  const known = error instanceof GraphQLError ? error : undefined;
  const cause = causeOf(error);
  const { code, message, extensions } = toldOf(known) ?? toldOfCause(cause) ?? toldOfInput(known) ?? bug;
  const { http, unexpected: _, originalError: __, ...public_ } = extensions ?? {};
  return {
    error: new GraphQLError(withoutSuggestions(message), {
      ...(known?.nodes ? { nodes: known.nodes } : { source: known?.source, positions: known?.positions }),
      path: known?.path,
      extensions: {
        ...public_, code, ...(hasData ? {} : { http: { ...httpOf(code), ...http as object } }),
      },
    }),
    code,
    cause,
  };
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** Yoga has one code for all that is wrong with a request. */
const codeByStatus: Record<number, ErrorCode> = { 405: 'METHOD_NOT_ALLOWED' };

function toldOf(error: GraphQLError | undefined): Told | undefined {
  for (let each: unknown = error; each instanceof GraphQLError; each = each.originalError) {
    const { extensions, message } = each;
    if (!isErrorCode(extensions.code)) continue;
    const { status = 0 } = (extensions.http ?? {}) as { status?: number };
    return { code: codeByStatus[status] ?? extensions.code, message, extensions };
  }
  return undefined;
}

function toldOfCause(cause: unknown): Told | undefined {
  const failure = cause instanceof OverloadedError ? 'unavailable' : databaseFailure(cause);
  if (failure) return byFailure[failure];
  const isAbort = cause instanceof Error && (cause.name === 'AbortError' || cause.name === 'TimeoutError');
  return isAbort ? byFailure.cancelled : undefined;
}

/** graphql-js points at the variable, argument or operation when those are at fault, and at the field when we are. */
function toldOfInput(error: GraphQLError | undefined): Told | undefined {
  const blamesInput = error?.nodes?.length && error.nodes.every(({ kind }) => kind !== Kind.FIELD);
  return blamesInput ? { code: 'BAD_USER_INPUT', message: error.message } : undefined;
}

/** graphql-js guesses names that the caller may not know of. Where it can be asked not to, it is; this is the rest. */
function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean [^?]{0,2000}\?/g, '');
}
