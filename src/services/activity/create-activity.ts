import { insertRows } from '../../db/insert-rows.ts';
import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { type UserError, invalid } from '../errors.ts';
import { keptReferences, writeReferences } from '../external-references.ts';
import { type InputShape, checkNew } from '../owned-records.ts';
import {
  type ActivityFields, type ActivityKind, activityFieldProblems, activityShape, activityValues,
} from './activity-fields.ts';

export type CreateActivityInput = ActivityFields & {
  kind: ActivityKind;
  subject: string;
  /** For a task that is done already. */
  completedAt?: Date | null;
};

const newShape: InputShape<CreateActivityInput> = {
  links: activityShape.links,
  written: (input) => [...activityShape.written(input), ...(input.completedAt === undefined ? [] : ['completedAt'])],
};

/** Creates activities. Whoever creates one owns it, unless the input says otherwise. */
export const createActivity = batchCommand<CreateActivityInput>('activity.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const checks = await checkNew(context, inputs, newShape);
  const outcomes: Outcome[] = [];
  const rows = [];
  const references = [];
  for (const [at, input] of inputs.entries()) {
    const { ownership, problems: found } = checks[at]!;
    const problems = [...activityFieldProblems(input, input.kind, true), ...completionProblems(input, now), ...found];
    if (problems.length > 0) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...activityValues(input),
      ...ownership,
      workspaceId: principal.workspace.id,
      id: services.newId(),
      kind: input.kind,
      subject: input.subject.trim(),
      completedAt: input.completedAt ?? null,
      createdAt: now,
      updatedAt: now,
    };
    const kept = keptReferences(input.externalReferences);
    rows.push(row);
    references.push({ recordId: row.id, ...kept });
    outcomes.push(done(row.id, 1, { after: { ...row, ...kept } }));
  }
  if (rows.length > 0) {
    await insertRows(tx, 'Activity', rows);
    await writeReferences(context, references);
  }
  return outcomes;
});

function completionProblems({ kind, completedAt }: CreateActivityInput, now: Date): UserError[] {
  if (!completedAt) return [];
  if (kind !== 'TASK') return [invalid('Only a task is completed.', 'input', 'completedAt')];
  return completedAt > now ? [invalid('completedAt lies in the future.', 'input', 'completedAt')] : [];
}
