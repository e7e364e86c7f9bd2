import type { Plugin } from 'graphql-yoga';
import { assume } from '../auth/assumed.ts';
import { type Authentication, authenticate } from '../auth/authenticate.ts';
import { hasApiKey } from '../auth/api-key.ts';
import type { Services } from '../services/context.ts';
import type { Env } from '../env.ts';
import { findOut } from './confirm.ts';
import { type OwnOrigins, checkOwnPage } from './cross-site.ts';
import type { Exchange, ServerContext } from './exchange.ts';
import type { Parameters } from './parameters.ts';
import { PersistedOperations } from './persisted-operations.ts';
import { requestError } from './request-error.ts';

/**
 * The first steps of every operation: who sends it, whether a cookie may be believed, which document it means, and
 * whether this caller may send a document of its own.
 */
export function useIdentification(
  services: Services, env: Pick<Env, 'persistedOnly'> & OwnOrigins, secureCookies: boolean,
): Plugin<ServerContext, ServerContext> {
  const persistedOperations = new PersistedOperations(services.database);
  return {
    async onParams({ params, request, setParams, context: { exchange } }) {
      const parameters = params as Parameters;
      if (hasApiKey(request.url)) {
        throw requestError('BAD_REQUEST', 'A key goes into the Authorization header, never into an address.');
      }
      await identify(request, exchange, services, secureCookies);
      const { credentials } = (exchange.assumed ?? exchange).authentication;
      if (credentials === 'cookie') checkCookie(request, parameters, env);
      const found = await persistedOperations.find(parameters);
      exchange.findings.documentId = found.documentId;
      if (!found.isRegistered && isBound(env.persistedOnly, credentials)) {
        throw requestError('PERSISTED_QUERY_REQUIRED', 'Only registered documents are accepted: send a documentId.');
      }
      exchange.requested = found;
      const { documentId: _, ...rest } = parameters;
      setParams({ ...rest, query: found.text });
    },
    // What was refused before it ran: the log says who sent it.
    onResultProcess({ serverContext: { exchange }, setResult }) {
      if (!exchange.assumed) return undefined;
      return findOut(exchange).then(() => undefined, (error) => setResult({ errors: [error] }));
    },
  };
}

/** Who it was the last time, where this server remembers him; otherwise who it is. */
async function identify(
  { headers }: Request, exchange: Exchange, { database, newId }: Services, secureCookies: boolean,
): Promise<void> {
  const { ipAddress, requestId } = exchange;
  const origin = { ipAddress, userAgent: headers.get('user-agent'), requestId };
  exchange.lookUp = () => authenticate(database, headers, secureCookies, { origin, newId });
  exchange.assumed = assume(database, headers, secureCookies);
  if (!exchange.assumed) exchange.authentication = await exchange.lookUp();
}

/** Browsers send cookies whoever wrote the page. */
function checkCookie(request: Request, { query }: Parameters, env: OwnOrigins): void {
  checkOwnPage(request, env);
  if (request.method === 'GET' && query !== undefined) {
    throw requestError('CROSS_SITE_REFUSED', 'With a cookie, GET takes a documentId and no query.');
  }
}

function isBound(setting: Env['persistedOnly'], credentials: Authentication['credentials']): boolean {
  return setting === 'all' || (setting !== 'none' && setting === credentials);
}
