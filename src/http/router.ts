import { createHash, timingSafeEqual } from 'node:crypto';
import type { Env } from '../env.ts';
import { type Inbox, devMailPage, devMailPath, isFromHere } from '../pages/dev-mail.ts';
import { answerPage } from '../pages/exchange.ts';
import { pages } from '../pages/index.ts';
import type { Services } from '../services/context.ts';
import { acceptsJson, notAcceptable } from './acceptable.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import type { Exchange } from './exchange.ts';
import type { GraphiQL } from './graphiql.ts';
import type { Readiness } from './health.ts';
import type { Metrics } from './metrics.ts';

export type Handle = (request: Request, exchange: Exchange) => Promise<Response>;

export type Routes = {
  env: Pick<Env, 'isProduction' | 'corsOrigins' | 'metricsToken'>;
  services: Services;
  /** PUBLIC_URL is https. */
  secureCookies: boolean;
  graphql: Handle;
  /** Null where the page is off. */
  graphiql: GraphiQL | null;
  /** Null in production. */
  devMail: Inbox | null;
  readiness: Readiness;
  metrics: Metrics;
};

/** Everything this server answers, by path. */
export function createRouter(routes: Routes): Handle {
  const { env, services, secureCookies, graphql, graphiql, devMail, readiness, metrics } = routes;
  return async (request, exchange) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/graphql') {
      const cors = corsHeaders(request, env.corsOrigins);
      if (isPreflight(request)) return preflight(cors);
      const page = graphiql?.page(request);
      if (page) return page;
      return withHeaders(acceptsJson(request) ? await graphql(request, exchange) : notAcceptable(exchange), cors);
    }
    const ownPage = pages.get(pathname);
    if (ownPage) {
      const { requestId, ipAddress, readBody } = exchange;
      const origin = { requestId, ipAddress, userAgent: request.headers.get('user-agent') };
      return answerPage(ownPage, request, { services, secureCookies, origin, readBody });
    }
    const asset = await graphiql?.asset(pathname, request);
    if (asset) return asset;
    if (request.method !== 'GET' && request.method !== 'HEAD') return notFound();
    if (devMail && (pathname === devMailPath || pathname.startsWith(`${devMailPath}/`))) {
      return (isFromHere(request, exchange.ipAddress) && devMailPage(request, devMail)) || notFound();
    }
    switch (pathname) {
      case '/healthz':
        return plain(200, 'ok');
      case '/readyz':
        return await readiness.isReady() ? plain(200, 'ready') : plain(503, 'not ready');
      case '/metrics': {
        if (!mayReadMetrics(request, env)) return notFound();
        const { type, body } = await metrics.text();
        return new Response(body, { headers: { 'content-type': type } });
      }
      case '/':
        if (!graphiql) return notFound();
        return new Response(null, { status: 302, headers: { location: '/graphql' } });
      default:
        return notFound();
    }
  };
}

function notFound(): Response {
  return plain(404, 'Not found: the API is at /graphql.');
}

export function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function preflight(cors: Record<string, string>): Response {
  const isAllowed = 'access-control-allow-origin' in cors;
  return new Response(null, { status: 204, headers: { ...cors, ...(isAllowed && preflightHeaders) } });
}

export function withHeaders(response: Response, headers: Record<string, string>): Response {
  for (const [name, value] of Object.entries(headers)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

function mayReadMetrics(request: Request, { isProduction, metricsToken }: Routes['env']): boolean {
  if (metricsToken === undefined) return !isProduction;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(request.headers.get('authorization') ?? ''), hash(`Bearer ${metricsToken}`));
}
