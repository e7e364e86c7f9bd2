import type { GraphQLError } from 'graphql';
import { requestError } from './request-error.ts';

export type OwnOrigins = {
  /** undefined: the address that the browser used, as in development. */
  publicUrl: string | undefined;
  corsOrigins: readonly string[];
};

/** Which pages are ours: the server's own, and those of CORS_ORIGINS. */
function isOwnOrigin(origin: string, request: Request, { publicUrl, corsOrigins }: OwnOrigins): boolean {
  if (corsOrigins.includes(origin)) return true;
  const host = request.headers.get('host');
  return publicUrl === undefined ? host !== null && origin === `http://${host}` : origin === publicUrl;
}

const headersThatNeedPermission = ['x-gatehouse-csrf', 'graphql-require-preflight'];

/**
 * Checks that a request with a cookie was sent by a page of ours. Browsers add cookies to whatever any page makes them
 * send, so the request must prove where it comes from: by a header that foreign pages may not set without permission,
 * and by what the browser itself says of its origin. One that says nothing is refused too.
 *
 * @throws GraphQLError  it did not prove it
 */
export function checkOwnPage(request: Request, origins: OwnOrigins): void {
  const { headers } = request;
  if (!headersThatNeedPermission.some((name) => headers.has(name))) {
    throw refused('Requests with a cookie need the header x-gatehouse-csrf.');
  }
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin === null && site === null) throw refused('Requests with a cookie need Origin or Sec-Fetch-Site.');
  if (origin !== null && !isOwnOrigin(origin, request, origins)) {
    throw refused('Cookies are not accepted from this origin.');
  }
  if (site !== null && site !== 'same-origin' && !origins.corsOrigins.includes(origin ?? '')) {
    throw refused('Cookies are not accepted from another site.');
  }
}

const refused = (message: string): GraphQLError => requestError('CROSS_SITE_REFUSED', message);
