/** Headers that pages of other origins may send, once theirs is in CORS_ORIGINS. */
const requestHeaders = [
  'authorization', 'content-type', 'graphql-require-preflight', 'x-gatehouse-csrf', 'x-request-id',
];
const responseHeaders = ['retry-after', 'x-request-id'];

/**
 * What the answer says about pages of other origins: those of CORS_ORIGINS may read it, cookies included; of all others
 * it says nothing, and browsers keep it from them.
 */
export function corsHeaders(request: Request, corsOrigins: readonly string[]): Record<string, string> {
  if (corsOrigins.length === 0) return {};
  const origin = request.headers.get('origin');
  if (origin === null || !corsOrigins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': responseHeaders.join(', '),
  };
}

export function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
}

/** What a listed origin is told when it asks for permission first. */
export const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': requestHeaders.join(', '),
  'access-control-max-age': '600',
};
