import type { GraphQLSchema } from 'graphql';
import { type Plugin, createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Env } from '../env.ts';
import type { GraphQLContext } from '../schema/context.ts';
import type { Services } from '../services/context.ts';
import { useMaskedAnswers } from './answers.ts';
import { useCheckedDocuments } from './check-documents.ts';
import { Documents } from './documents.ts';
import type { Exchange, ServerContext } from './exchange.ts';
import { type ExecutionOptions, useExecution } from './execution.ts';
import { useIdentification } from './identify.ts';
import { readParameters } from './parameters.ts';

export type GraphQLOptions = {
  env: Pick<Env, 'isProduction' | 'publicUrl' | 'corsOrigins' | 'persistedOnly' | 'costLimit'>;
  services: Services;
  /** PUBLIC_URL is https. */
  secureCookies: boolean;
  schema: GraphQLSchema;
  log: Logger;
  introspectionSchema?: ExecutionOptions['introspectionSchema'];
};

export type GraphQLServer = {
  handle: (request: Request, exchange: Exchange) => Promise<Response>;
  /** Lighter than the platform's, which copies headers and checks again what Node has checked. */
  Request: typeof Request;
};

/**
 * Yoga, without what it does by itself that we do otherwise or not at all: any origin, forms, multipart, batches, 25 MB
 * bodies, unbounded caches, pages, its words for errors. The plugins stand in the order of a request.
 */
export function createGraphQLServer(options: GraphQLOptions): GraphQLServer {
  const { env, services, secureCookies, schema, log, introspectionSchema = () => schema } = options;
  const documents = new Documents(schema, { introspection: !env.isProduction });
  const yoga = createYoga<ServerContext>({
    schema,
    graphqlEndpoint: '/graphql',
    // Part of no address, so that none is taken for it.
    healthCheckEndpoint: ' ',
    cors: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    maskedErrors: false,
    logging: false,
    plugins: [
      useParameters(),
      useIdentification(services, env, secureCookies),
      useCheckedDocuments(documents),
      useExecution({
        services, documents, costLimit: env.costLimit, introspectionSchema,
        contextOf: (exchange, request) => contextOf(exchange, request, services, secureCookies),
      }),
      useMaskedAnswers(log),
    ],
  });
  return {
    handle: async (request, exchange) => yoga.handleRequest(request, { exchange }),
    Request: yoga.fetchAPI.Request,
  };
}

/** Reads requests our way; comes after Yoga's own readers and so before all of them. */
function useParameters(): Plugin<ServerContext, ServerContext> {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser((request) => readParameters(request, serverContext.exchange.readBody));
    },
  };
}

function contextOf(
  { authentication, assumed, requestId, ipAddress, controller, refusals, responseHeaders }: Exchange, request: Request,
  services: Services, secureCookies: boolean,
): GraphQLContext {
  const { principal, credentials, sessionToken } = assumed?.authentication ?? authentication;
  return {
    services: assumed ? { ...services, database: assumed } : services,
    principal, credentials, sessionToken, requestId, ipAddress, refusals, responseHeaders, secureCookies,
    signal: controller.signal,
    userAgent: request.headers.get('user-agent'),
  };
}
