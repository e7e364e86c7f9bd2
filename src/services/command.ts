import { type Noun, type Verb, type VerbPermission, parsePermission } from '../auth/nouns.ts';
import type { Row, Statement } from '../db/database.ts';
import type { CommandContext } from './command-context.ts';
import type { ServiceContext } from './context.ts';
import type { UserError } from './errors.ts';
import type { Outcome } from './outcome.ts';
import { type Declared, runBatch, runMany, runOne, runWithin } from './run-command.ts';

// What a command is written with, in one place.
export { type CommandContext, commandContext, contextFor, inQuestion } from './command-context.ts';
export { type Done, type Outcome, done, refused, unchanged } from './outcome.ts';

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
  /** The same as a client sends it: with a key, or as a trial that leaves nothing behind. */
  runMany(context: ServiceContext, many: ManyInputs<Input>): Promise<ManyResults>;
  /**
   * As part of another command: in its transaction, with the principal's rights to this one, and an audit entry and an
   * event of its own. Who calls it undoes the whole where a part is refused (`tentatively`).
   */
  within(context: CommandContext, input: Input): Promise<Outcome>;
};

export type ManyInputs<Input> = CommandInput & { inputs: readonly Input[]; dryRun?: boolean | null };
/** `userErrors` stand against all of it; what stands against one input is in its result. */
export type ManyResults = { results: CommandResult[]; userErrors: readonly UserError[] };

/** Inputs of one batch that a client sends. */
export const maxBatch = 200;

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
  { act, batchPermission, timeoutMilliseconds = 10_000 }: CommandOptions = {},
): Command<Input> {
  const { noun, verb } = parsePermission(permission) as { noun: Noun; verb: Verb };
  const declared: Declared<Input> = {
    permission, noun, verb, act: act ?? verb, handler, batchPermission, timeoutMilliseconds,
  };
  return {
    permission, noun, verb, act: declared.act,
    run: (context, input, readBack) => runOne(declared, context, input, readBack),
    runBatch: (context, inputs) => runBatch(declared, context, inputs),
    runMany: (context, many) => runMany(declared, context, many),
    within: (context, input) => runWithin(declared, context, input),
  };
}
