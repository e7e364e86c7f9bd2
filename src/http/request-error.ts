import { type ASTNode, GraphQLError } from 'graphql';
import { type ErrorCode, errorCodeEntry } from '../schema/error-codes.ts';

type Details = {
  nodes?: ASTNode | readonly ASTNode[];
  /** Said to the client beside the code. */
  extensions?: Record<string, unknown>;
  headers?: Record<string, string>;
};

/** Refuses a request, or a part of one, with a code of the public list. */
export function requestError(
  code: ErrorCode, message: string, { nodes, extensions, headers }: Details = {},
): GraphQLError {
  return new GraphQLError(message, {
    ...(nodes ? { nodes } : {}),
    extensions: { ...extensions, code, http: { ...httpOf(code), ...(headers ? { headers } : {}) } },
  });
}

/** What Yoga reads to choose a status: `spec` means that a client of `application/json` gets 200. */
export function httpOf(code: ErrorCode): { status: number; spec: boolean } {
  const { status, holdsAlways } = errorCodeEntry(code);
  return { status, spec: !holdsAlways };
}
