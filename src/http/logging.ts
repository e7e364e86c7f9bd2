import { type DestinationStream, type Logger, pino } from 'pino';
import type { Env } from '../env.ts';
import type { Exchange } from './exchange.ts';

/**
 * The server's log: one JSON object a line. It never holds what was asked or answered: no tokens, cookies, variables or
 * texts of documents, only what is needed to find a request and to know how it went.
 */
export function createLog(env: Pick<Env, 'logLevel'>, destination?: DestinationStream): Logger {
  const options = {
    level: env.logLevel,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: withoutSecrets },
    serializers: { err: describeError },
  };
  return pino(options, destination ?? buffered());
}

/**
 * Standard output, in pieces of 4 KB or what has gathered in a quarter of a second: a system call for each line would
 * be a tenth of what a small request costs. What is left is written at the end of the process, unless that is killed.
 */
function buffered(): DestinationStream {
  return pino.destination({ sync: false, minLength: 4_096, periodicFlush: 250 });
}

const secretNames: ReadonlySet<string> = new Set(['authorization', 'cookie', 'password', 'token', 'variables']);

/**
 * Nothing logs these; if something ever does, they stop here. pino's own `redact` took fifteen microseconds for each
 * line, as much as all the rest of it seven times over.
 */
function withoutSecrets(logged: Record<string, unknown>, depth = 3): Record<string, unknown> {
  let kept = logged;
  for (const [name, value] of Object.entries(logged)) {
    let told = secretNames.has(name) ? '[removed]' : value;
    if (isPlain(told) && depth > 1) told = withoutSecrets(told, depth - 1);
    if (told !== value) kept = { ...kept, [name]: told };
  }
  return kept;
}

/** Errors and their like are told by `describeError`. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

type ErrorShape = {
  name?: unknown; message?: unknown; stack?: unknown; cause?: unknown;
  code?: unknown; routine?: unknown; constraint?: unknown; table?: unknown;
  meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
};

/**
 * What the log keeps of an error. PostgreSQL's `detail` and `where` and all but the last line of Prisma's messages
 * repeat values that somebody entered, so they are left out.
 */
function describeError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { name, message, stack, cause, code, routine, constraint, table, meta } = error as ErrorShape;
  const told = String(message).trim().split('\n').at(-1)!.slice(0, 500);
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^ +at /.test(line)).slice(0, 20) : [];
  return {
    name, message: told, code, sqlState: meta?.driverAdapterError?.cause?.originalCode, routine, table, constraint,
    stack: frames.map((line) => line.trim()).join('\n'),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** The line of one exchange. */
export function logExchange(
  log: Logger, exchange: Exchange, { method, path, status, milliseconds }:
    { method: string; path: string; status: number; milliseconds: number },
): void {
  const { requestId, findings, authentication: { principal, credentials }, refusals } = exchange;
  const errors: Record<string, number> = {};
  for (const code of findings.errorCodes) errors[code] = (errors[code] ?? 0) + 1;
  log.info({
    requestId, method, path, status, milliseconds: Math.round(milliseconds * 10) / 10,
    credentials,
    ...(principal && {
      workspaceId: principal.workspace.id, memberId: principal.memberId, profile: principal.profile.id,
      ...(principal.apiKey && { apiKeyId: principal.apiKey.id }),
    }),
    ...(findings.operation && {
      operation: findings.operation.type, operationName: findings.operation.name?.slice(0, 100),
      documentId: findings.documentId, cost: findings.cost, refusedFields: refusals.errors().length,
    }),
    ...(findings.errorCodes.length > 0 && { errors }),
  }, 'request');
}
