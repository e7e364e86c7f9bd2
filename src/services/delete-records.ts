import type { Noun, Verb } from '../auth/nouns.ts';
import { type Command, type CommandContext, command, done, refused } from './command.ts';
import { type UserError, notFound, versionConflict } from './errors.ts';
import { recordsOf } from './noun-models.ts';
import { reachable } from './records.ts';

export type DeleteInput = { id: string; version: number };

/** Nouns whose records go to the bin and come back: those with the verb. */
export type DeletableNoun = { [N in Noun]: 'restore' extends Verb<N> ? N : never }[Noun];

type Deletable = { id: string; version: number; deletedAt: Date | null; deletedInBatchId: string | null };

/** What may stand against deleting a record, or against its coming back. */
type Check = (context: CommandContext, id: string) => Promise<UserError[]>;
/** What goes with the record, or comes back with it: rows of the same batch, `data` being what to write into them. */
type Companions = (context: CommandContext, id: string, data: object, batchId: string | null) => Promise<void>;

/**
 * Puts a record into the bin. It stays there with the id of its batch, so that restoring brings back exactly what went
 * with it.
 */
export function deleteCommand(
  noun: DeletableNoun, check: Check = async () => [], companions?: Companions,
): Command<DeleteInput> {
  return binCommand(noun, 'delete', check, companions, ({ now, services }) => ({
    deletedAt: now, deletedInBatchId: services.newId(), updatedAt: now, version: { increment: 1 },
  }));
}

/** Takes a record out of the bin again. */
export function restoreCommand(
  noun: DeletableNoun, check: Check = async () => [], companions?: Companions,
): Command<DeleteInput> {
  return binCommand(noun, 'restore', check, companions, ({ now }) => (
    { deletedAt: null, deletedInBatchId: null, updatedAt: now, version: { increment: 1 } }));
}

function binCommand(
  noun: DeletableNoun, verb: 'delete' | 'restore', check: Check, companions: Companions | undefined,
  change: (context: CommandContext) => object,
): Command<DeleteInput> {
  return command<DeleteInput>(`${noun}.${verb as Extract<Verb<'deal'>, 'delete'>}`, async (context, input) => {
    const records = recordsOf<Deletable>(context.tx, noun);
    const mayChange = { AND: [reachable(context), { id: input.id }] };
    const before = await records.findFirst({
      where: mayChange, select: { id: true, version: true, deletedAt: true, deletedInBatchId: true },
    });
    if (!before) return refused(notFound(noun, 'input', 'id'));
    if (before.version !== input.version) return refused(versionConflict(before.version));
    const problems = await check(context, input.id);
    if (problems.length > 0) return refused(...problems);
    const data = change(context);
    const { count } = await records.updateMany({ where: { AND: [mayChange, { version: input.version }] }, data });
    if (count === 0) return refused(versionConflict(before.version + 1));
    const { deletedAt, deletedInBatchId } = data as { deletedAt: Date | null; deletedInBatchId: string | null };
    await companions?.(context, input.id, data, deletedInBatchId ?? before.deletedInBatchId);
    return done(input.id, input.version + 1, { before, after: { ...before, deletedAt, deletedInBatchId } });
  });
}
