import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { ownershipProblems, reachable, writeProblems } from '../records.ts';
import { type ActivityFields, activityFieldProblems, activityLinkProblems, writtenValues } from './activity-fields.ts';

export type UpdateActivityInput = ActivityFields & { id: string; version: number };

/** Changes an activity. What kind it is stays; whether a task is done is said by completing and reopening it. */
export const updateActivity = command<UpdateActivityInput>('activity.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.activity.findFirst({ where: mayUpdate, include: { owner: { select: { teamId: true } } } });
  if (!found) return refused(notFound('activity', 'input', 'id'));
  const { owner, ...before } = found;
  const ownership = { ownerId: before.ownerId, teamId: before.teamId };
  const values = writtenValues(input);
  const problems = [
    ...activityFieldProblems(input, before.kind, false),
    ...writeProblems(context, Object.keys(values), { ...ownership, owner }),
    ...(input.ownerId === undefined && input.teamId === undefined ? []
      : await ownershipProblems(context, { ownerId: input.ownerId, teamId: input.teamId }, ownership)),
    ...(await activityLinkProblems(context, [input]))[0]!,
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.activity.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...values, version: { increment: 1 }, updatedAt: now },
  });
  return after ? done(input.id, after.version, { before, after }) : refused(versionConflict(before.version + 1));
});
