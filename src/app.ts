import type { RequestListener } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Principal } from './auth/principal.ts';
import type { Database } from './db/database.ts';
import { databaseFailure } from './db/database-failure.ts';
import type { Env } from './env.ts';
import { readMessageBody, readRequestBody } from './http/body.ts';
import { clientAddress } from './http/client-address.ts';
import { type Exchange, newExchange, requestIdFrom } from './http/exchange.ts';
import { GraphiQL, type SignIn } from './http/graphiql.ts';
import { Readiness } from './http/health.ts';
import { logExchange } from './http/logging.ts';
import { Metrics, clientGoneStatus } from './http/metrics.ts';
import { createNodeListener } from './http/node-listener.ts';
import { createRouter, plain, withHeaders } from './http/router.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createGraphQLServer } from './http/yoga.ts';
import { developersInbox } from './pages/dev-mail.ts';
import type { Services } from './services/context.ts';

export type AppOptions = {
  env: Env;
  services: Services & { database: Database };
  schema: GraphQLSchema;
  log: Logger;
  /** What a caller may know of the schema; everything, unless given. */
  introspectionSchema?: (principal: Principal | null) => GraphQLSchema;
  /** Offered by GraphiQL as buttons; none where there is no demo. */
  signIns?: readonly SignIn[];
};

export type App = {
  /** Answers a request object exactly as the handler answers one from the network. */
  fetch(request: Request): Promise<Response>;
  /** For node:http. */
  handler: RequestListener;
  readiness: Readiness;
};

/** The address that was asked for. Only its path is the caller's to say; where we are is not. */
function addressOf(target: string): string {
  if (target.startsWith('/')) return `http://gatehouse${target}`;
  // The form for proxies, which servers have to understand as well.
  const { pathname, search } = URL.parse(target) ?? { pathname: '/', search: '' };
  return `http://gatehouse${pathname}${search}`;
}

/** Everything between the network and the schema. */
export function createApp({ env, services, schema, log, introspectionSchema, signIns = [] }: AppOptions): App {
  const { database, newId } = services;
  const secureCookies = env.publicUrl?.startsWith('https:') ?? false;
  const graphql = createGraphQLServer({ env, services, secureCookies, schema, log, introspectionSchema });
  const readiness = new Readiness(database);
  const metrics = new Metrics(database);
  const graphiql = env.isProduction ? null : new GraphiQL(signIns);
  const devMail = env.isProduction ? null : developersInbox(env);
  const route = createRouter({
    env, services, secureCookies, graphql: graphql.handle, graphiql, devMail, readiness, metrics,
  });
  const headers = securityHeaders(env);

  async function respond(request: Request, exchange: Exchange): Promise<Response> {
    const startedAt = performance.now();
    const path = new URL(request.url).pathname;
    const isCounted = path === '/graphql';
    if (isCounted) metrics.started();
    let response: Response;
    try {
      response = await route(request, exchange);
    } catch (error) {
      const isOverload = databaseFailure(error) === 'unavailable';
      log[isOverload ? 'warn' : 'error']({ requestId: exchange.requestId, err: error }, 'request failed');
      response = isOverload ? plain(503, 'Try again in a moment.') : plain(500, 'Unexpected error.');
    }
    withHeaders(response, { ...headers, 'x-request-id': exchange.requestId });
    const { newCookie } = exchange.authentication;
    // First, because of two browsers keep the second: one that was just signed out has none.
    if (newCookie) response.headers.append('set-cookie', newCookie);
    for (const [name, value] of exchange.responseHeaders) response.headers.append(name, value);
    if (isCounted) {
      const milliseconds = performance.now() - startedAt;
      const isGone = (exchange.controller.signal.reason as Error | undefined)?.name === 'AbortError';
      const status = isGone ? clientGoneStatus : response.status;
      metrics.ended(exchange, status, milliseconds);
      logExchange(log, exchange, { method: request.method, path, status, milliseconds });
    }
    return response;
  }

  return {
    readiness,
    fetch(request) {
      const controller = new AbortController();
      request.signal.addEventListener('abort', () => controller.abort(request.signal.reason), { once: true });
      const id = requestIdFrom(request.headers, newId);
      return respond(request, newExchange(id, controller, () => readRequestBody(request)));
    },
    handler: createNodeListener((message, controller) => {
      const request = new graphql.Request(addressOf(message.url ?? '/'), {
        method: message.method, headers: message.headers as Record<string, string>,
      });
      const id = requestIdFrom(request.headers, newId);
      const ipAddress = clientAddress(
        message.socket.remoteAddress, request.headers.get('x-forwarded-for'), env.trustedProxies);
      return respond(request, newExchange(id, controller, () => readMessageBody(message), ipAddress));
    }, () => readiness.isEnding),
  };
}
