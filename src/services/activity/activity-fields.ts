import type { CommandContext } from '../command.ts';
import { type UserError, invalid } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import { linkProblemsOf } from '../records.ts';
import { requiredProblems, textProblems } from '../validate.ts';

export type ActivityKind = 'CALL' | 'MEETING' | 'NOTE' | 'EMAIL' | 'TASK';

/** What creating and updating have in common. Absent means: as it is. */
export type ActivityFields = {
  subject?: string | null;
  body?: string | null;
  happensAt?: Date | null;
  /** Tasks only. */
  dueAt?: Date | null;
  companyId?: string | null;
  contactId?: string | null;
  leadId?: string | null;
  dealId?: string | null;
  ownerId?: string | null;
  teamId?: string | null;
};

const links = { companyId: 'company', contactId: 'contact', leadId: 'lead', dealId: 'deal' } as const;
export const linkColumns = Object.keys(links) as (keyof typeof links)[];

export const activityColumns = ['subject', 'body', 'happensAt', 'dueAt', ...linkColumns, 'ownerId', 'teamId'] as const;

export function writtenValues(input: ActivityFields) {
  return namedValues(input, activityColumns, ['subject']);
}

/** Everything that is wrong with the values themselves. @param isNew a new one must have a subject */
export function activityFieldProblems(input: ActivityFields, kind: ActivityKind, isNew: boolean): UserError[] {
  return [
    ...requiredProblems(input.subject, ['input', 'subject'], isNew || input.subject === null),
    ...textProblems(input.subject, ['input', 'subject'], { min: 1, max: 500 }),
    ...textProblems(input.body, ['input', 'body'], { max: 20_000 }),
    ...(input.dueAt && kind !== 'TASK' ? [invalid('Only a task is due; when it takes place is happensAt.', 'input', 'dueAt')] : []),
  ];
}

/** Links to records that the principal cannot read answer as if these were absent; for each input of a batch. */
export function activityLinkProblems(context: CommandContext, inputs: readonly ActivityFields[]): Promise<UserError[][]> {
  return linkProblemsOf(context, inputs.map((input) => (
    linkColumns.map((column) => ({ noun: links[column], id: input[column], path: ['input', column] })))));
}
