import { deleteCommand, restoreCommand } from '../delete-records.ts';
import { takenProblems } from '../taken-names.ts';

/** Records keep a tag that is in the bin, unseen; it is back on them when it is restored. */
export const deleteTag = deleteCommand('tag');

export const restoreTag = restoreCommand('tag', async (context, id) => {
  const { name } = await context.tx.tag.findFirstOrThrow({
    where: { workspaceId: context.principal.workspace.id, id }, select: { name: true },
  });
  const claim = { value: name, scope: null, id };
  return takenProblems(context, 'tag', claim, 'Another tag has its name by now.', 'input', 'id');
});
