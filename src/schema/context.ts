import type { Principal } from '../auth/principal.ts';
import type { Origin, ServiceContext, Services } from '../services/context.ts';
import type { Refusals } from '../auth/refusals.ts';

/** What resolvers get: one per request. */
export type GraphQLContext = {
  services: Services;
  /** Null when nobody is signed in. */
  principal: Principal | null;
  /** How the principal showed who it is; browsers' cookies are treated with more suspicion than bearer tokens. */
  credentials: 'cookie' | 'bearer' | 'none';
  /** The session's token as the client sent it, for signing out. */
  sessionToken: string | null;
  requestId: string;
  signal: AbortSignal;
  /** Fields refused while this document ran: one entry for each field of the document. */
  refusals: Refusals;
  /** Headers that the answer gets, such as a cookie. */
  responseHeaders: Headers;
  /** From where the request came; null where that is not known. */
  ipAddress: string | null;
  userAgent: string | null;
  /** True when cookies need `Secure` and the `__Host-` prefix: PUBLIC_URL is https. */
  secureCookies: boolean;
};

/** From where the request came, for the security log. */
export function originOf({ ipAddress, userAgent, requestId }: GraphQLContext): Origin {
  return { ipAddress, userAgent, requestId };
}

/** What services need of a request by this principal. */
export function serviceContextOf(context: GraphQLContext, principal: Principal): ServiceContext {
  const { services, requestId, signal } = context;
  return { services, principal, requestId, origin: originOf(context), signal };
}
