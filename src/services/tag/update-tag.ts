import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import { type TagFields, tagFieldProblems, tagNameTaken, tagValues } from './tag-fields.ts';

export type UpdateTagInput = TagFields & { id: string; version: number };

/** Changes a tag, on all records that have it. */
export const updateTag = command<UpdateTagInput>('tag.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.tag.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('tag', 'input', 'id'));
  const name = input.name ? { value: input.name.trim(), scope: null, id: input.id } : null;
  const problems = [
    ...tagFieldProblems(input, false),
    ...(await takenProblems(context, 'tag', name, tagNameTaken, 'input', 'name')),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.tag.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...tagValues(input), version: { increment: 1 }, updatedAt: now },
  });
  return after ? done(input.id, after.version, { before, after }) : refused(versionConflict(before.version + 1));
});
