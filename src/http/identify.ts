import type { Plugin } from 'graphql-yoga';
import { assume } from '../auth/assumed.ts';
import { type Authentication, authenticate } from '../auth/authenticate.ts';
import { hasApiKey } from '../auth/api-key.ts';
import type { Services } from '../services/context.ts';
import type { Env } from '../env.ts';
import { findOut } from './confirm.ts';
import { type OwnOrigins, checkOwnPage } from './cross-site.ts';
import type { ServerContext } from './exchange.ts';
import type { Parameters } from './parameters.ts';
import { PersistedOperations } from './persisted-operations.ts';
import { requestError } from './request-error.ts';

/**
 * The first steps of every operation: who sends it, whether a cookie may be believed, which document it means, and
 * whether this caller may send a document of its own.
 */
export function useIdentification(
  { database: caller, newId }: Services, env: Pick<Env, 'persistedOnly'> & OwnOrigins, secureCookies: boolean,
): Plugin<ServerContext, ServerContext> {
  const persistedOperations = new PersistedOperations(caller);
  return {
    async onParams({ params, request, setParams, context }) {
      const { exchange } = context;
      const parameters = params as Parameters;
      if (hasApiKey(request.url)) {
        throw requestError('BAD_REQUEST', 'A key goes into the Authorization header, never into an address.');
      }
      const { ipAddress, requestId } = exchange;
      const origin = { ipAddress, userAgent: request.headers.get('user-agent'), requestId };
      exchange.lookUp = () => authenticate(caller, request.headers, secureCookies, { origin, newId });
      exchange.assumed = assume(caller, request.headers, secureCookies);
      if (!exchange.assumed) exchange.authentication = await exchange.lookUp();
      const { credentials } = (exchange.assumed ?? exchange).authentication;
      if (credentials === 'cookie') {
        checkOwnPage(request, env);
        if (request.method === 'GET' && parameters.query !== undefined) {
          throw requestError('CROSS_SITE_REFUSED', 'With a cookie, GET takes a documentId and no query.');
        }
      }

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

function isBound(setting: Env['persistedOnly'], credentials: Authentication['credentials']): boolean {
  return setting === 'all' || (setting !== 'none' && setting === credentials);
}
