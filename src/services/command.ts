import { createHash } from 'node:crypto';
import { parsePermission, type Noun, type Verb, type VerbPermission } from '../auth/nouns.ts';
import { parametersOf } from '../auth/reach.ts';
import type { Principal } from '../auth/principal.ts';
import type { Row, Statement, Transaction } from '../db/database.ts';
import type { Parameters } from '../db/predicate.ts';
import type { NewRows } from '../db/insert-rows.ts';
import { savepoint, tentatively } from '../db/savepoint.ts';
import { constraintError } from './constraint-errors.ts';
import type { Origin, Services, ServiceContext } from './context.ts';
import { NotPermittedError, type UserError, notPermitted, userError } from './errors.ts';
import { type Recorded, isTakenKey, recordOutcomes, storedResults } from './record-outcomes.ts';

/** What a command works with: everything it reads and writes goes through `tx`. */
export type CommandContext = {
  tx: Transaction;
  principal: Principal;
  services: Services;
  /** From where the command came; absent in programs and jobs. */
  origin?: Origin;
  now: Date;
  parameters: Parameters;
  noun: Noun;
  verb: Verb;
  /** What audit and outbox call it. */
  act: string;
};

/**
 * A change that was made. `before` and `after` hold the fields that the audit compares; absent on create and delete.
 */
export type Done = {
  kind: 'done';
  recordId: string;
  version: number;
  before?: Readonly<Record<string, unknown>>;
  after?: Readonly<Record<string, unknown>>;
  /** Why a rule was bypassed. */
  reason?: string;
  /** What the ledger keeps of it, where the record has entered a stage. */
  entry?: NewRows['StageChange'];
  /** What the command tells besides the record; a replay under the same key has none. */
  report?: unknown;
};
export type Refused = { kind: 'refused'; errors: readonly UserError[] };
/** There was nothing to do: the record is already as the input wants it, or it was a trial. Leaves no trace. */
export type Unchanged = { kind: 'unchanged'; recordId: string; report?: unknown };
export type Outcome = Done | Refused | Unchanged;

export type CommandInput = { idempotencyKey?: string | null };
export type CommandResult = {
  recordId: string | null;
  userErrors: readonly UserError[];
  report?: unknown;
  /** The record as it is now, where that was asked for with the command. */
  rows?: Promise<Row[]>;
};
/** What reads the record once all is written; null where nothing is to be read. */
export type ReadBack = (recordId: string) => Statement | null;
export type Handler<Input> = (context: CommandContext, input: Input) => Promise<Outcome>;
/** For commands that can do many at once better than one by one; outcomes in the order of the inputs. */
export type BatchHandler<Input> = (context: CommandContext, inputs: readonly Input[]) => Promise<Outcome[]>;

export type CommandOptions = {
  /** Its name in audit, outbox and idempotency keys, where the verb it needs says less: completing is an update. */
  act?: string;
  /** What `runBatch` needs besides: importing is a right of its own. */
  batchPermission?: VerbPermission;
  /** For how long one input may take; 10 seconds unless it says otherwise. */
  timeoutMilliseconds?: number;
};

export type Command<Input> = {
  permission: VerbPermission;
  noun: Noun;
  verb: Verb;
  /** Its name in audit and outbox. */
  act: string;
  /** One input, one transaction. What reads the record is sent behind its end, in the same packet. */
  run(context: ServiceContext, input: Input & CommandInput, readBack?: ReadBack): Promise<CommandResult>;
  /** Many inputs in one transaction. An input that is refused changes nothing; the others are written. */
  runBatch(context: ServiceContext, inputs: readonly Input[]): Promise<CommandResult[]>;
  /**
   * As part of another command: in its transaction, with the principal's rights to this one, and an audit entry and an
   * event of its own. Who calls it undoes the whole where a part is refused (`tentatively`).
   */
  within(context: CommandContext, input: Input): Promise<Outcome>;
  /** The same as a client sends it: with a key, or as a trial that leaves nothing behind. */
  runMany(context: ServiceContext, many: ManyInputs<Input>): Promise<ManyResults>;
};

export type ManyInputs<Input> = CommandInput & { inputs: readonly Input[]; dryRun?: boolean | null };
/** `userErrors` stand against all of it; what stands against one input is in its result. */
export type ManyResults = { results: CommandResult[]; userErrors: readonly UserError[] };

/** Inputs of one batch that a client sends. */
export const maxBatch = 200;

export function done(recordId: string, version: number, rest: Omit<Done, 'kind' | 'recordId' | 'version'> = {}): Done {
  return { kind: 'done', recordId, version, ...rest };
}

export function unchanged(recordId: string, report?: unknown): Unchanged {
  return { kind: 'unchanged', recordId, report };
}

/** What a command works with in a transaction that is open already: for those who write or ask in its name. */
export function commandContext(
  tx: Transaction, { services, principal, origin }: Pick<ServiceContext, 'services' | 'principal' | 'origin'>,
  permission: VerbPermission, now = services.now(),
): CommandContext {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  return { tx, principal, services, origin, now, parameters: parametersOf(principal, now), noun, verb, act: verb };
}

/** What a command would know, for questions about records that need what its permission reaches. */
export async function inQuestion<T>(
  { services, principal }: ServiceContext, permission: VerbPermission, ask: (context: CommandContext) => Promise<T>,
): Promise<T> {
  return services.database.transaction(principal.workspace.id, (tx) => (
    ask(commandContext(tx, { services, principal }, permission))));
}

/** The context in which another command asks its questions, in the same transaction. */
export function contextFor(context: CommandContext, permission: VerbPermission, act?: string): CommandContext {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  return { ...context, noun, verb, act: act ?? verb };
}

export function refused(...errors: UserError[]): Refused {
  return { kind: 'refused', errors };
}

/**
 * A change of data: authorise, check, write, and in the same transaction its audit, its outbox event and its
 * idempotency key. What is refused leaves no trace and is not remembered, so it can be tried again.
 */
export function command<Input>(
  permission: VerbPermission, handler: Handler<Input>, options: CommandOptions = {},
): Command<Input> {
  return batchCommand<Input>(permission, async (context, inputs) => {
    const outcomes: Outcome[] = [];
    for (const input of inputs) outcomes.push(await handler(context, input));
    return outcomes;
  }, options);
}

/** The same, written for many inputs at once. */
export function batchCommand<Input>(
  permission: VerbPermission, handler: BatchHandler<Input>,
  { act: name, batchPermission, timeoutMilliseconds: oneTakes = 10_000 }: CommandOptions = {},
): Command<Input> {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  const act = name ?? verb;

  return { permission, noun, verb, act, run, runBatch, runMany, within };

  async function run(
    context: ServiceContext, { idempotencyKey, ...rest }: Input & CommandInput, readBack?: ReadBack,
  ): Promise<CommandResult> {
    const wrong = keyProblem(idempotencyKey);
    if (wrong) return failed(wrong);
    const mutation = `${noun}.${act}`;
    const key = idempotencyKey ? { key: idempotencyKey, mutation, inputHash: hashOf(rest) } : undefined;
    const attempt = async () => (await execute(context, [rest as Input], { handle: handler, key, readBack }))[0]!;
    try {
      return await attempt();
    } catch (error) {
      // Whoever was faster with the same key wrote what ours ran into. Ours is undone; a second try finds his answer.
      const isRetried = key && (isTakenKey(error) || constraintError(error));
      return isRetried ? attempt().catch(refusedByDatabase) : refusedByDatabase(error);
    }
  }

  async function runBatch(context: ServiceContext, inputs: readonly Input[]): Promise<CommandResult[]> {
    if (batchPermission) requirePermission(context.principal, batchPermission);
    return inputs.length === 0 ? [] : execute(context, inputs, { handle: batchOutcomes });
  }

  async function within(context: CommandContext, input: Input): Promise<Outcome> {
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

  async function runMany(
    context: ServiceContext, { inputs, idempotencyKey, dryRun }: ManyInputs<Input>,
  ): Promise<ManyResults> {
    const wrong = keyProblem(idempotencyKey);
    if (wrong) return { results: [], userErrors: [wrong] };
    if (batchPermission) requirePermission(context.principal, batchPermission);
    if (inputs.length === 0) return { results: [], userErrors: [] };
    const mutation = `${noun}.${act}Many`;
    const key = idempotencyKey && !dryRun ? { key: idempotencyKey, mutation, inputHash: hashOf(inputs) } : undefined;
    const attempt = () => execute(context, inputs, { handle: dryRun ? inTrial : batchOutcomes, key });
    try {
      return manyResults(await attempt(), inputs.length);
    } catch (error) {
      if (key && isTakenKey(error)) return manyResults(await attempt(), inputs.length);
      throw error;
    }
  }

  async function execute(
    serviceContext: ServiceContext, inputs: readonly Input[],
    { handle, key, readBack }: { handle: BatchHandler<Input>; key?: Recorded['key']; readBack?: ReadBack },
  ): Promise<CommandResult[]> {
    const { services, principal, transaction, signal } = serviceContext;
    requirePermission(principal, permission);
    const now = services.now();
    const timeoutMilliseconds = inputs.length > 1 ? 60_000 : oneTakes;
    const work = async (tx: Transaction): Promise<CommandResult[]> => {
      if (key) {
        const stored = await storedResults(tx, principal, key);
        if (stored) return stored;
      }
      const context = { ...commandContext(tx, serviceContext, permission, now), act };
      const outcomes = await handle(context, inputs);
      if (key && outcomes[0]!.kind === 'refused') {
        // What stands against it now may be what the same key has done meanwhile.
        const stored = await storedResults(tx, principal, key);
        if (stored) return stored;
      }
      const results = outcomes.map(resultOf);
      recordOutcomes(context, outcomes, key && inputs.length > 1 ? { ...key, results } : key);
      return results;
    };
    if (transaction) return work(transaction);
    return services.database.transaction(principal.workspace.id, async (tx) => {
      const results = await work(tx);
      const [{ recordId }] = results as [CommandResult];
      const statement = recordId && readBack?.(recordId);
      return statement ? [{ ...results[0]!, rows: tx.$afterwards(statement, signal) }] : results;
    }, { timeoutMilliseconds });
  }

  /** What would become of each; all of it is undone. */
  async function inTrial(context: CommandContext, inputs: readonly Input[]): Promise<Outcome[]> {
    const outcomes = await tentatively(context.tx, () => batchOutcomes(context, inputs), () => false);
    return outcomes.map((outcome) => (outcome.kind === 'done' ? unchanged(outcome.recordId) : outcome));
  }

  /** Where the database itself refuses one of many, halves of the batch find out which; all others are written. */
  async function batchOutcomes(context: CommandContext, inputs: readonly Input[]): Promise<Outcome[]> {
    try {
      return await savepoint(context.tx, () => handler(context, inputs));
    } catch (error) {
      const problem = constraintError(error);
      if (!problem) throw error;
      if (inputs.length === 1) return [refused(problem)];
      const middle = Math.ceil(inputs.length / 2);
      return [
        ...await batchOutcomes(context, inputs.slice(0, middle)), ...await batchOutcomes(context, inputs.slice(middle)),
      ];
    }
  }
}

function keyProblem(key: string | null | undefined): UserError | null {
  if (!key || key.length <= 255) return null;
  return userError('INVALID_INPUT', 'idempotencyKey has at most 255 characters.', 'input', 'idempotencyKey');
}

/** An answer for all inputs alike (a key that came with others before) is no result of any of them. */
function manyResults(results: CommandResult[], count: number): ManyResults {
  return results.length === count ? { results, userErrors: [] } : { results: [], userErrors: results[0]!.userErrors };
}

function requirePermission({ profile }: Principal, permission: VerbPermission): void {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  if (!profile.reachOf(noun, verb)) throw new NotPermittedError(permission);
}

function resultOf(outcome: Outcome): CommandResult {
  if (outcome.kind === 'refused') return { recordId: null, userErrors: outcome.errors };
  return { recordId: outcome.recordId, userErrors: [], report: outcome.report };
}

function refusedByDatabase(error: unknown): CommandResult {
  const problem = constraintError(error);
  if (problem) return failed(problem);
  throw error;
}

function failed(...userErrors: UserError[]): CommandResult {
  return { recordId: null, userErrors };
}

/** Equal inputs have equal hashes, whatever the order of their fields. */
function hashOf(input: unknown): string {
  const canonical = JSON.stringify(input, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)) {
      return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
    }
    return value;
  });
  return createHash('sha256').update(canonical).digest('hex');
}
