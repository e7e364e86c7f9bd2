import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { keptReferences, replaceReferences } from '../external-references.ts';
import { checkChange } from '../owned-records.ts';
import { reachable } from '../records.ts';
import { convertedProblems } from './converted.ts';
import { type LeadFields, leadFieldProblems, leadShape, leadValues } from './lead-fields.ts';

export type UpdateLeadInput = LeadFields & { id: string; version: number };

/** Changes a lead's own fields; external ids are replaced as a list. Its stage is changed by moving it. */
export const updateLead = command<UpdateLeadInput>('lead.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.lead.findFirst({ where: mayUpdate, include: { owner: { select: { teamId: true } } } });
  if (!found) return refused(notFound('lead', 'input', 'id'));
  const converted = convertedProblems(found);
  if (converted.length > 0) return refused(...converted);
  const { owner, conversion, ...before } = found;
  const problems = [...leadFieldProblems(input, false), ...await checkChange(context, input, found, leadShape)];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.lead.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...leadValues(input), version: { increment: 1 }, updatedAt: now },
    omit: { conversion: true },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const lists = keptReferences(input.externalReferences);
  const replaced = await replaceReferences(context, input.id, lists);
  return done(input.id, after.version, { before: { ...before, ...replaced }, after: { ...after, ...lists } });
});
