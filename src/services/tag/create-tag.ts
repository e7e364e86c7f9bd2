import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { takenProblemsOf } from '../taken-names.ts';
import { type TagFields, tagFieldProblems, tagNameTaken, tagValues } from './tag-fields.ts';

export type CreateTagInput = TagFields & { name: string };

/** Makes tags. Two tags of one name, whatever the case, would be told apart by nobody. */
export const createTag = batchCommand<CreateTagInput>('tag.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const names = inputs.map(({ name }) => ({ value: name.trim(), scope: null }));
  const taken = await takenProblemsOf(context, 'tag', names, tagNameTaken, 'input', 'name');
  const rows: { workspaceId: string; id: string; name: string }[] = [];
  const outcomes = inputs.map((input, at): Outcome => {
    const problems = [...tagFieldProblems(input, true), ...taken[at]!];
    if (problems.length > 0) return refused(...problems);
    const row = {
      ...tagValues(input), workspaceId: principal.workspace.id, id: services.newId(), name: input.name.trim(),
      createdAt: now, updatedAt: now,
    };
    rows.push(row);
    return done(row.id, 1, { after: row });
  });
  if (rows.length > 0) await tx.tag.createMany({ data: rows });
  return outcomes;
});
