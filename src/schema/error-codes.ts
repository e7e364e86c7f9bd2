type ErrorCodeEntry = {
  /** The answer's status when the whole request fails so, unless the client accepts `application/json` alone. */
  status: number;
  /** The request did not get to run: the status holds whatever the client accepts. */
  holdsAlways?: true;
  meaning: string;
  /** What a caller can do about it. */
  remedy: string;
};

/** Every code that a top-level error carries in `extensions.code`. Public and permanent; messages may be reworded. */
export const errorCodes = {
  UNAUTHENTICATED: {
    status: 401,
    meaning: 'This needs somebody who is signed in, and nobody is: no token, or one that has expired.',
    remedy: 'Sign in, and send the new token.',
  },
  FORBIDDEN: {
    status: 403,
    meaning: 'The caller lacks the permission named in `permission`; the field in `field` was not read or done.',
    remedy: 'Leave the field out, or ask an administrator for the permission.',
  },
  REAUTH_REQUIRED: {
    status: 401,
    meaning: 'The sign-in is too long ago for something this sensitive.',
    remedy: 'Sign in again, then repeat.',
  },
  BAD_USER_INPUT: {
    status: 400,
    meaning: 'An argument or variable makes no sense: a bad id or cursor, `first` above 200, a value that cannot be '
      + 'stored.',
    remedy: 'Correct the argument at `path` or `locations`.',
  },
  THROTTLED: {
    status: 429,
    holdsAlways: true,
    meaning: 'Too many requests, or too much cost, in too short a time.',
    remedy: 'Wait for as many seconds as `Retry-After` says.',
  },
  OVERLOADED: {
    status: 503,
    holdsAlways: true,
    meaning: 'The server or its database has no capacity free, or cannot be reached.',
    remedy: 'Repeat after as many seconds as `Retry-After` says; mutations with the same `idempotencyKey`.',
  },
  TIMEOUT: {
    status: 503,
    holdsAlways: true,
    meaning: 'The answer took longer than allowed, and its statements were cancelled.',
    remedy: 'Ask for less at a time, or filter by something narrower.',
  },
  COST_LIMIT_EXCEEDED: {
    status: 400,
    meaning: 'The answer could hold more values than one request may ask for; `requested` and `limit` say how many.',
    remedy: 'Lower `first`, or ask for fewer fields below long lists.',
  },
  DOCUMENT_LIMIT_EXCEEDED: {
    status: 400,
    meaning: 'The document has too many levels, aliases, directives, root fields, sign-ins, tokens or characters: '
      + '`measure` says which, `limit` how many there may be.',
    remedy: 'Split it into several.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 400,
    meaning: 'No document is registered with this id.',
    remedy: 'Register it with `npm run operations:add`, or send the document itself.',
  },
  PERSISTED_QUERY_REQUIRED: {
    status: 403,
    meaning: 'Callers of this kind may send registered documents only (`PERSISTED_ONLY`).',
    remedy: 'Send `documentId` instead of `query`.',
  },
  PERSISTED_QUERY_MISMATCH: {
    status: 400,
    meaning: 'The id that was sent is not that of the document that was sent along.',
    remedy: 'Send either of them, or the SHA-256 of the exact text.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    meaning: 'The document is not GraphQL.',
    remedy: 'Correct it at `locations`.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    meaning: 'The document asks for something that the schema does not have.',
    remedy: 'Correct it at `locations`; `schema.graphql` has what there is.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    meaning: 'It cannot be told which of the document\'s operations to run.',
    remedy: 'Send the `operationName` of one of them.',
  },
  BAD_REQUEST: {
    status: 400,
    holdsAlways: true,
    meaning: 'This is no GraphQL request: malformed JSON, a missing `query`, an unknown parameter, bad UTF-8.',
    remedy: 'See docs/http.md.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    holdsAlways: true,
    meaning: 'The method does not go with the request: `Allow` names those that do. Mutations are sent with POST.',
    remedy: 'Use POST.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    holdsAlways: true,
    meaning: 'The body is larger than 1 MiB.',
    remedy: 'Split it.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    holdsAlways: true,
    meaning: 'The body is not `application/json` in UTF-8 without compression.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    holdsAlways: true,
    meaning: 'The client accepts neither `application/json` nor `application/graphql-response+json`; nothing was '
      + 'carried out.',
    remedy: 'Send `Accept: application/json`.',
  },
  CROSS_SITE_REFUSED: {
    status: 403,
    holdsAlways: true,
    meaning: 'A request with a session cookie did not prove that it comes from one of our own pages.',
    remedy: 'Send the header `x-gatehouse-csrf` from a page of this origin or of `CORS_ORIGINS`, or a bearer token.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    holdsAlways: true,
    meaning: 'A bug, or an outage that we did not foresee. The log has the detail under `requestId`.',
    remedy: 'Report the `requestId`.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}

/** How a code reads in HTTP. */
export function errorCodeEntry(code: ErrorCode): ErrorCodeEntry {
  return errorCodes[code];
}
