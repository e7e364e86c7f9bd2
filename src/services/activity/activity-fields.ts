import { type UserError, invalid } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import type { InputShape, OwnedFields } from '../owned-records.ts';
import { requiredProblems, textProblems } from '../validate.ts';

export type ActivityKind = 'CALL' | 'MEETING' | 'NOTE' | 'EMAIL' | 'TASK';

/** What creating and updating have in common. Absent means: as it is; null takes a value away, or empties a list. */
export type ActivityFields = OwnedFields & {
  subject?: string | null;
  body?: string | null;
  happensAt?: Date | null;
  /** Tasks only. */
  dueAt?: Date | null;
  companyId?: string | null;
  contactId?: string | null;
  leadId?: string | null;
  dealId?: string | null;
};

const links = { companyId: 'company', contactId: 'contact', leadId: 'lead', dealId: 'deal' } as const;
const linkColumns = Object.keys(links) as (keyof typeof links)[];
const columns = ['subject', 'body', 'happensAt', 'dueAt', ...linkColumns, 'ownerId', 'teamId'] as const;

/** The columns that an input names, as they are kept. */
export function activityValues(input: ActivityFields) {
  return namedValues(input, columns, ['subject']);
}

/** Which records an activity's input names, and what of the activity it writes. */
export const activityShape: InputShape<ActivityFields> = {
  links: (input) => linkColumns.map((column) => ({ noun: links[column], id: input[column], path: ['input', column] })),
  written: (input) => [...columns, 'externalReferences' as const].filter((column) => input[column] !== undefined),
};

/** Everything that is wrong with the values themselves. @param isNew a new one must have a subject */
export function activityFieldProblems(input: ActivityFields, kind: ActivityKind, isNew: boolean): UserError[] {
  return [
    ...requiredProblems(input.subject, ['input', 'subject'], isNew || input.subject === null),
    ...textProblems(input.subject, ['input', 'subject'], { min: 1, max: 500 }),
    ...textProblems(input.body, ['input', 'body'], { max: 20_000 }),
    ...(input.dueAt && kind !== 'TASK'
      ? [invalid('Only a task is due; when it takes place is happensAt.', 'input', 'dueAt')]
      : []),
  ];
}
