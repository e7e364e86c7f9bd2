import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Exchange, ServerContext } from './exchange.ts';
import { maskError } from './mask-errors.ts';
import { requestError } from './request-error.ts';

/** How long a client should wait before it tries an overloaded server again. */
const retryAfterSeconds = '2';
/** Of many errors with one cause the first few say it all. */
const loggedCauses = 3;

/**
 * The last hands on every answer of Yoga's, whatever step it comes from: what clients need not know of errors goes to
 * the log, and the request's id comes in.
 */
export function useMaskedAnswers(log: Logger): Plugin<ServerContext, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      setResult(answer(result as ExecutionResult, serverContext.exchange, log));
    },
  };
}

function answer(result: ExecutionResult, exchange: Exchange, log: Logger): ExecutionResult {
  const { requestId, findings, responseHeaders } = exchange;
  const hasData = result.data !== undefined && result.data !== null;
  // Yoga answers an aborted request with an empty list.
  const isEmpty = !hasData && !result.errors?.length;
  const given = isEmpty ? [requestError('TIMEOUT', 'This took too long and was ended.')] : result.errors;
  const masked = given?.map((error) => maskError(error, hasData)) ?? [];
  findings.errorCodes = masked.map(({ code }) => code);
  findings.hasData = hasData;

  for (const { cause } of masked.filter(({ code }) => code === 'INTERNAL_SERVER_ERROR').slice(0, loggedCauses)) {
    log.error({ requestId, err: cause }, 'unexpected error');
  }
  const overload = masked.find(({ code }) => code === 'OVERLOADED');
  if (overload) {
    log.warn({ requestId, err: overload.cause }, 'overloaded');
    responseHeaders.set('retry-after', retryAfterSeconds);
  }

  return {
    ...(masked.length > 0 ? { errors: masked.map(({ error }) => error) } : {}),
    ...(result.data === undefined ? {} : { data: result.data }),
    extensions: { ...result.extensions, requestId },
  };
}
