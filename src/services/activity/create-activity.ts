import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { type UserError, invalid } from '../errors.ts';
import { ownershipProblems, writeProblems } from '../records.ts';
import {
  type ActivityFields, type ActivityKind, activityFieldProblems, activityLinkProblems, writtenValues,
} from './activity-fields.ts';

export type CreateActivityInput = ActivityFields & {
  kind: ActivityKind;
  subject: string;
  /** For a task that is done already. */
  completedAt?: Date | null;
};

/** Creates activities. Whoever creates one owns it, unless the input says otherwise. */
export const createActivity = batchCommand<CreateActivityInput>('activity.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const linkProblems = await activityLinkProblems(context, inputs);
  const outcomes: Outcome[] = [];
  const rows = [];
  for (const [at, input] of inputs.entries()) {
    const ownership = {
      ownerId: input.ownerId === undefined ? principal.memberId : input.ownerId,
      teamId: input.teamId ?? (input.ownerId === undefined ? principal.teamId : null),
    };
    const values = { ...writtenValues(input), ...(input.completedAt === undefined ? {} : { completedAt: input.completedAt }) };
    const problems = [
      ...activityFieldProblems(input, input.kind, true),
      ...completionProblems(input, now),
      ...await ownershipProblems(context, ownership),
      ...linkProblems[at]!,
      ...writeProblems(context, Object.keys(values), ownership),
    ];
    if (problems.length > 0) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...values, ...ownership, workspaceId, id: services.newId(), kind: input.kind, subject: input.subject.trim(),
      createdAt: now, updatedAt: now,
    };
    rows.push(row);
    outcomes.push(done(row.id, 1, { after: row }));
  }
  if (rows.length > 0) await tx.activity.createMany({ data: rows });
  return outcomes;
});

function completionProblems({ kind, completedAt }: CreateActivityInput, now: Date): UserError[] {
  if (!completedAt) return [];
  if (kind !== 'TASK') return [invalid('Only a task is completed.', 'input', 'completedAt')];
  return completedAt > now ? [invalid('completedAt lies in the future.', 'input', 'completedAt')] : [];
}
