import { type Noun, type Verb, type VerbPermission, parsePermission } from '../auth/nouns.ts';
import type { Principal } from '../auth/principal.ts';
import type { Transaction } from '../db/database.ts';
import { savepoint, tentatively } from '../db/savepoint.ts';
import type { BatchHandler, CommandInput, CommandResult, ManyInputs, ManyResults, ReadBack } from './command.ts';
import { type CommandContext, commandContext, contextFor } from './command-context.ts';
import { constraintError } from './constraint-errors.ts';
import type { ServiceContext } from './context.ts';
import { NotPermittedError, notPermitted } from './errors.ts';
import { type IdempotencyKey, isTakenKey, keyOf, keyProblem, storedResults } from './idempotency.ts';
import { type Outcome, refused, unchanged } from './outcome.ts';
import { recordOutcomes } from './record-outcomes.ts';

/** A command as its file declares it. */
export type Declared<Input> = {
  permission: VerbPermission;
  noun: Noun;
  verb: Verb;
  act: string;
  handler: BatchHandler<Input>;
  batchPermission?: VerbPermission;
  /** For one input. */
  timeoutMilliseconds: number;
};

/** What many inputs at once may take. */
const batchTimeoutMilliseconds = 60_000;

export async function runOne<Input>(
  command: Declared<Input>, context: ServiceContext, { idempotencyKey, ...rest }: Input & CommandInput,
  readBack?: ReadBack,
): Promise<CommandResult> {
  const wrong = keyProblem(idempotencyKey);
  if (wrong) return { recordId: null, userErrors: [wrong, ...await problemsOf(command, context, rest as Input)] };
  const { noun, act, handler } = command;
  const key = keyOf(idempotencyKey, `${noun}.${act}`, rest);
  const attempt = async () => {
    const [result] = await execute(command, context, [rest as Input], { handle: handler, key, readBack });
    return result!;
  };
  try {
    return await attempt();
  } catch (error) {
    // Whoever was faster with the same key wrote what ours ran into. Ours is undone; a second try finds his answer.
    const isRetried = key && (isTakenKey(error) || constraintError(error));
    return isRetried ? attempt().catch(refusedByDatabase) : refusedByDatabase(error);
  }
}

export async function runBatch<Input>(
  command: Declared<Input>, context: ServiceContext, inputs: readonly Input[],
): Promise<CommandResult[]> {
  requireBatchPermission(command, context);
  if (inputs.length === 0) return [];
  return execute(command, context, inputs, { handle: (own, all) => outcomesOf(command, own, all) });
}

export async function runMany<Input>(
  command: Declared<Input>, context: ServiceContext, { inputs, idempotencyKey, dryRun }: ManyInputs<Input>,
): Promise<ManyResults> {
  const wrong = keyProblem(idempotencyKey);
  if (wrong) return { results: [], userErrors: [wrong] };
  requireBatchPermission(command, context);
  if (inputs.length === 0) return { results: [], userErrors: [] };
  const key = dryRun ? undefined : keyOf(idempotencyKey, `${command.noun}.${command.act}Many`, inputs);
  const handle: BatchHandler<Input> = (own, all) => (
    dryRun ? trialOutcomesOf(command, own, all) : outcomesOf(command, own, all));
  const attempt = () => execute(command, context, inputs, { handle, key });
  try {
    return manyResults(await attempt(), inputs.length);
  } catch (error) {
    if (key && isTakenKey(error)) return manyResults(await attempt(), inputs.length);
    throw error;
  }
}

export async function runWithin<Input>(
  { permission, noun, verb, act, handler }: Declared<Input>, context: CommandContext, input: Input,
): Promise<Outcome> {
  if (!context.principal.profile.reachOf(noun, verb)) {
    return refused(notPermitted(`That needs the permission ${permission}.`, 'input'));
  }
  // A context that is ours already has looked up what it was asked; another has done so for other rights.
  const isOurs = context.noun === noun && context.verb === verb && context.act === act;
  const own = isOurs ? context : contextFor(context, permission, act);
  const [outcome] = await handler(own, [input]);
  recordOutcomes(own, [outcome!]);
  return outcome!;
}

type Execution<Input> = { handle: BatchHandler<Input>; key?: IdempotencyKey; readBack?: ReadBack };

/** In a transaction of its own, or in that of the context: all inputs, and what is recorded of them. */
async function execute<Input>(
  command: Declared<Input>, context: ServiceContext, inputs: readonly Input[],
  { handle, key, readBack }: Execution<Input>,
): Promise<CommandResult[]> {
  const { services, principal, transaction, signal } = context;
  requirePermission(principal, command.permission);
  const now = services.now();
  const work = async (tx: Transaction): Promise<CommandResult[]> => {
    const answered = key && await storedResults(tx, principal, key);
    if (answered) return answered;
    const own = { ...commandContext(tx, context, command.permission, now), act: command.act };
    const outcomes = await handle(own, inputs);
    // What stands against it now may be what the same key has done meanwhile.
    const meanwhile = key && outcomes[0]!.kind === 'refused' && await storedResults(tx, principal, key);
    if (meanwhile) return meanwhile;
    const results = outcomes.map(resultOf);
    recordOutcomes(own, outcomes, key && inputs.length > 1 ? { ...key, results } : key);
    return results;
  };
  if (transaction) return work(transaction);
  const timeoutMilliseconds = inputs.length > 1 ? batchTimeoutMilliseconds : command.timeoutMilliseconds;
  return services.database.transaction(principal.workspace.id, async (tx) => {
    const results = await work(tx);
    const [{ recordId }] = results as [CommandResult];
    const statement = recordId && readBack?.(recordId);
    return statement ? [{ ...results[0]!, rows: tx.$afterwards(statement, signal) }] : results;
  }, { timeoutMilliseconds });
}

/** Where the database itself refuses one of many, halves of the batch find out which; all others are written. */
async function outcomesOf<Input>(
  command: Declared<Input>, context: CommandContext, inputs: readonly Input[],
): Promise<Outcome[]> {
  try {
    return await savepoint(context.tx, () => command.handler(context, inputs));
  } catch (error) {
    const problem = constraintError(error);
    if (!problem) throw error;
    if (inputs.length === 1) return [refused(problem)];
    const middle = Math.ceil(inputs.length / 2);
    return [
      ...await outcomesOf(command, context, inputs.slice(0, middle)),
      ...await outcomesOf(command, context, inputs.slice(middle)),
    ];
  }
}

/** What would become of each; all of it is undone. */
async function trialOutcomesOf<Input>(
  command: Declared<Input>, context: CommandContext, inputs: readonly Input[],
): Promise<Outcome[]> {
  const outcomes = await tentatively(context.tx, () => outcomesOf(command, context, inputs), () => false);
  return outcomes.map((outcome) => (outcome.kind === 'done' ? unchanged(outcome.recordId) : outcome));
}

/** What else is wrong with an input that is refused already: it is tried, and nothing is written. */
async function problemsOf<Input>(
  command: Declared<Input>, context: ServiceContext, input: Input,
): Promise<CommandResult['userErrors']> {
  const handle: BatchHandler<Input> = (own, all) => trialOutcomesOf(command, own, all);
  const [result] = await execute(command, context, [input], { handle });
  return result!.userErrors;
}

/** An answer for all inputs alike (a key that came with others before) is no result of any of them. */
function manyResults(results: CommandResult[], count: number): ManyResults {
  return results.length === count ? { results, userErrors: [] } : { results: [], userErrors: results[0]!.userErrors };
}

function requireBatchPermission({ batchPermission }: Declared<never>, { principal }: ServiceContext): void {
  if (batchPermission) requirePermission(principal, batchPermission);
}

function requirePermission({ profile }: Principal, permission: VerbPermission): void {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  if (!profile.reachOf(noun, verb)) throw new NotPermittedError(permission);
}

function resultOf(outcome: Outcome): CommandResult {
  if (outcome.kind === 'refused') return { recordId: null, userErrors: outcome.errors };
  return { recordId: outcome.recordId, userErrors: [], report: outcome.report };
}

/** @throws whatever is no refusal of the database */
function refusedByDatabase(error: unknown): CommandResult {
  const problem = constraintError(error);
  if (problem) return { recordId: null, userErrors: [problem] };
  throw error;
}
