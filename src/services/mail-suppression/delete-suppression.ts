import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';

export type DeleteMailSuppressionInput = { id: string; version: number };

/** Takes an address off the list, for good: from now on it gets mail again. */
export const deleteMailSuppression = command<DeleteMailSuppressionInput>('mailSuppression.delete', async (
  context, input,
) => {
  const { tx } = context;
  const mayDelete = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.mailSuppression.findFirst({ where: mayDelete });
  if (!before) return refused(notFound('mailSuppression', 'input', 'id'));
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const { count } = await tx.mailSuppression.deleteMany({ where: { AND: [mayDelete, { version: input.version }] } });
  return count > 0 ? done(input.id, input.version + 1, { before }) : refused(versionConflict(before.version + 1));
});
