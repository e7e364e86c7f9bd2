import type { Assumed } from '../auth/assumed.ts';
import { type Authentication, nobody } from '../auth/authenticate.ts';
import { Refusals } from '../auth/refusals.ts';
import type { RequestedDocument } from './persisted-operations.ts';

/** What an exchange turned out to be about; logged and counted when it ends. */
export type Findings = {
  operation: { type: 'query' | 'mutation' | 'subscription'; name: string | null } | null;
  documentId: string | null;
  cost: number | null;
  /** Codes of the errors in the answer, one each. */
  errorCodes: string[];
  /** Whatever errors there are, parts of what was asked for are there too. */
  hasData: boolean;
};

/** One request and its answer: what the parts of the server tell one another about it. */
export type Exchange = {
  readonly requestId: string;
  /** From where it came; null where there is no connection, as in a test. */
  readonly ipAddress: string | null;
  /** Fires when the client is gone or the time is up. */
  readonly controller: AbortController;
  /** @throws GraphQLError  larger than one may be */
  readonly readBody: () => Promise<Uint8Array>;
  /** Sent with the answer, beside those that every answer has. */
  responseHeaders: Headers;
  refusals: Refusals;
  readonly findings: Findings;
  /** Nobody, until that is known for sure. */
  authentication: Authentication;
  /** Who it probably is, until it is known (src/http/confirm.ts). */
  assumed: Assumed | null;
  /** Asks who sends this. */
  lookUp: () => Promise<Authentication>;
  /** Null until it is known which document the request means. */
  requested: RequestedDocument | null;
};

/** What Yoga hands to its hooks. */
export type ServerContext = { exchange: Exchange };

export function newExchange(
  requestId: string, controller: AbortController, readBody: Exchange['readBody'],
  ipAddress: string | null = null,
): Exchange {
  return {
    requestId, controller, readBody, ipAddress,
    responseHeaders: new Headers(),
    refusals: new Refusals(),
    findings: { operation: null, documentId: null, cost: null, errorCodes: [], hasData: false },
    authentication: nobody,
    assumed: null,
    lookUp: async () => nobody,
    requested: null,
  };
}

const requestIdPattern = /^[\w.-]{8,64}$/;

/** A caller's own id is kept where it is harmless, so that its logs and ours can be laid side by side. */
export function requestIdFrom(headers: Headers, newId: () => string): string {
  const given = headers.get('x-request-id');
  return given && requestIdPattern.test(given) ? given : newId();
}
