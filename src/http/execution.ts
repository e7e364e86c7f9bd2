import {
  type DocumentNode, type ExecutionArgs, type ExecutionResult, type GraphQLError, type GraphQLSchema,
  type OperationDefinitionNode, execute, getOperationAST,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Principal } from '../auth/principal.ts';
import { type GraphQLContext, serviceContextOf } from '../schema/context.ts';
import type { Services } from '../services/context.ts';
import { Denials } from '../services/security-log/denials.ts';
import { confirmed, findOut } from './confirm.ts';
import { costOf } from './cost.ts';
import type { Documents } from './documents.ts';
import type { Exchange, ServerContext } from './exchange.ts';
import { limits } from './limits.ts';
import { runQuery } from './prepared-query.ts';
import { requestError } from './request-error.ts';
import { validationErrors } from './validate-document.ts';

export type ExecutionOptions = {
  services: Services;
  documents: Documents;
  costLimit: number;
  /** What this caller may know of the schema; answers `__schema` and `__type`. */
  introspectionSchema: (principal: Principal | null) => GraphQLSchema;
  /** What resolvers get, for one run. */
  contextOf: (exchange: Exchange, request: Request) => GraphQLContext;
};

/**
 * Runs operations: within the cost, within the time, and with what was refused on the way added to the answer.
 */
export function useExecution(options: ExecutionOptions): Plugin<ServerContext, ServerContext> {
  const denials = new Denials();
  /** Queries that do more than read, found out by running them. */
  const doMore = new WeakSet<DocumentNode>();
  return {
    async onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const { exchange, request } = args.contextValue;
      const { assumed } = exchange;
      const isPlain = isPlainQuery(options.documents, args);
      if (!isPlain || doMore.has(args.document)) await findOut(exchange);
      const refused = refusal(options, args, exchange);
      if (refused) {
        setResultAndStopExecution({ errors: [...refused] });
        return;
      }
      setExecuteFn((async (executionArgs: ExecutionArgs) => {
        let context!: GraphQLContext;
        const result = await confirmed(exchange, () => {
          context = options.contextOf(exchange, request);
          // It may be the second run, and the first have taken all the time there was.
          if (isPlain && exchange.controller.signal.aborted) return { errors: [tooLong()] };
          return runInTime(() => run({ ...executionArgs, contextValue: context }, isPlain), exchange);
        });
        if (assumed?.hasRefused) doMore.add(args.document);
        await recordDenials(denials, exchange, { ...context, services: options.services });
        return finish(exchange, options.costLimit, result);
      }) as typeof execute);
    },
  };
}

/** Whether an operation only asks, and not about the schema, which is not the same for everybody. */
function isPlainQuery(documents: Documents, { document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === 'query' && !documents.of(document).asksForSchema;
}

/** Notes what the operation is and costs, and which schema it is about. @returns why it may not run */
function refusal(
  options: ExecutionOptions, args: ExecutionArgs, exchange: Exchange,
): readonly GraphQLError[] | undefined {
  const { findings, authentication: { principal } } = exchange;
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return [requestError('OPERATION_RESOLUTION_FAILURE', 'No operation to run.')];
  findings.operation = { type: operation.operation, name: operation.name?.value ?? null };
  const tooMuch = costRefusal(options, args, operation, findings);
  if (tooMuch) return tooMuch;
  const checked = options.documents.of(args.document);
  if (!checked.asksForSchema) return undefined;
  // For this caller what it may not know does not exist, so the document is held against its own schema.
  const visible = options.introspectionSchema(principal);
  const errors = visible === args.schema ? [] : validationErrors(visible, args.document);
  args.schema = visible;
  return errors.length > 0 ? errors : undefined;
}

function costRefusal(
  { documents, costLimit }: ExecutionOptions, { schema, document, variableValues }: ExecutionArgs,
  operation: OperationDefinitionNode, findings: Exchange['findings'],
): readonly GraphQLError[] | undefined {
  const checked = documents.of(document);
  let requested = checked.costs.get(operation);
  if (requested === undefined) {
    const cost = costOf(schema, document, operation, variableValues ?? {});
    if (cost.errors.length > 0) return cost.errors.slice(0, limits.validationErrors);
    requested = cost.requested;
    if (!cost.dependsOnVariables) checked.costs.set(operation, requested);
  }
  findings.cost = requested;
  if (requested <= costLimit) return undefined;
  return [requestError('COST_LIMIT_EXCEEDED',
    `The answer could hold ${requested} values; one request may ask for ${costLimit}.`,
    { nodes: operation, extensions: { requested, limit: costLimit } })];
}

/** How long resolvers may take to notice that the time is up. */
const graceMilliseconds = 1_500;

function run(args: ExecutionArgs, isPlain: boolean): ExecutionResult | Promise<ExecutionResult> {
  return isPlain
    ? runQuery(args, getOperationAST(args.document, args.operationName)!)
    : execute({ ...args, hideSuggestions: true });
}

/** Ends an operation when its time is up: first what it waits for, then the waiting itself. */
function runInTime(
  start: () => ExecutionResult | Promise<ExecutionResult>, { controller }: Exchange,
): ExecutionResult | Promise<ExecutionResult> {
  const running = start();
  if (!(running instanceof Promise)) return running;
  return new Promise((resolve, reject) => {
    const timeUp = setTimeout(() => controller.abort(tooLong()), limits.executionMilliseconds);
    let lastCall: NodeJS.Timeout | undefined;
    const onAbort = () => {
      lastCall = setTimeout(() => resolve({ errors: [tooLong()] }), graceMilliseconds);
    };
    const end = () => {
      clearTimeout(timeUp);
      clearTimeout(lastCall);
      controller.signal.removeEventListener('abort', onAbort);
    };
    controller.signal.addEventListener('abort', onAbort, { once: true });
    running.then(resolve, reject).finally(end);
  });
}

const tooLong = () => requestError('TIMEOUT', 'This took too long and was ended.');

function finish(exchange: Exchange, costLimit: number, result: ExecutionResult): ExecutionResult {
  const refusals = exchange.refusals.errors();
  const errors = [...result.errors ?? [], ...refusals];
  return {
    ...result,
    ...(errors.length > 0 ? { errors } : {}),
    extensions: { ...result.extensions, cost: { requested: exchange.findings.cost, limit: costLimit } },
  };
}

async function recordDenials(denials: Denials, { refusals }: Exchange, context: GraphQLContext): Promise<void> {
  const { principal } = context;
  if (principal && refusals.denials.length > 0) {
    await denials.record(serviceContextOf(context, principal), refusals.denials);
  }
}
