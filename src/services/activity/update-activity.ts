import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { keptReferences, replaceReferences } from '../external-references.ts';
import { checkChange } from '../owned-records.ts';
import { reachable } from '../records.ts';
import { type ActivityFields, activityFieldProblems, activityShape, activityValues } from './activity-fields.ts';

export type UpdateActivityInput = ActivityFields & { id: string; version: number };

/** Changes an activity. What kind it is stays; whether a task is done is said by completing and reopening it. */
export const updateActivity = command<UpdateActivityInput>('activity.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.activity.findFirst({ where: mayUpdate, include: { owner: { select: { teamId: true } } } });
  if (!found) return refused(notFound('activity', 'input', 'id'));
  const { owner, ...before } = found;
  const problems = [
    ...activityFieldProblems(input, before.kind, false),
    ...(await checkChange(context, input, { ...before, owner }, activityShape)),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.activity.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...activityValues(input), version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const kept = keptReferences(input.externalReferences);
  const replaced = await replaceReferences(context, input.id, kept);
  return done(input.id, after.version, { before: { ...before, ...replaced }, after: { ...after, ...kept } });
});
