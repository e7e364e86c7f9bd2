import { type Command, command, done, refused } from '../command.ts';
import { invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';

type CompleteActivityInput = { id: string; version: number };

/** Says that a task is done. */
export const completeActivity = completionCommand('complete');
/** Says that a task is to be done after all. */
export const reopenActivity = completionCommand('reopen');

/** Only tasks are done or not done: calls, meetings, notes and e-mails have taken place when they are written down. */
function completionCommand(act: 'complete' | 'reopen'): Command<CompleteActivityInput> {
  const completes = act === 'complete';
  return command<CompleteActivityInput>('activity.update', async (context, input) => {
    const { tx, now } = context;
    const mayUpdate = { AND: [reachable(context), { id: input.id }] };
    const before = await tx.activity.findFirst({
      where: mayUpdate, select: { kind: true, completedAt: true, version: true },
    });
    if (!before) return refused(notFound('activity', 'input', 'id'));
    if (before.kind !== 'TASK')
      return refused(invalid(`Only a task is completed or reopened; this is a ${before.kind}.`, 'input', 'id'));
    if (before.version !== input.version) return refused(versionConflict(before.version));
    if ((before.completedAt !== null) === completes) {
      return refused(
        invalid(completes ? 'The task is completed already.' : 'The task is open already.', 'input', 'id'),
      );
    }
    const completedAt = completes ? now : null;
    const { count } = await tx.activity.updateMany({
      where: { AND: [mayUpdate, { version: input.version }] },
      data: { completedAt, version: { increment: 1 }, updatedAt: now },
    });
    if (count === 0) return refused(versionConflict(before.version + 1));
    return done(input.id, input.version + 1, { before, after: { ...before, completedAt } });
  }, { act });
}
