import type { UserError } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import type { InputShape, OwnedFields } from '../owned-records.ts';
import {
  amountProblems, countryProblems, currencyProblems, emailProblems, rangeProblems, requiredProblems, textProblems,
} from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is; null takes a value away, or empties a list. */
export type LeadFields = OwnedFields & {
  title?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  companyName?: string | null;
  jobTitle?: string | null;
  email?: string | null;
  phone?: string | null;
  city?: string | null;
  country?: string | null;
  source?: string | null;
  notes?: string | null;
  score?: number | null;
  amountMinor?: bigint | null;
  currency?: string | null;
  companyId?: string | null;
};

/** Fields that are columns of the lead itself. */
const columns = [
  'title', 'firstName', 'lastName', 'companyName', 'jobTitle', 'email', 'phone', 'city', 'country', 'source', 'notes',
  'score',
  'amountMinor', 'currency', 'companyId', 'ownerId', 'teamId',
] as const;

/** The columns that an input names, as they are kept. */
export function leadValues(input: LeadFields) {
  return namedValues(input, columns, ['title', 'currency']);
}

/** Which records a lead's input names, and what of the lead it writes. */
export const leadShape: InputShape<LeadFields & { lossReason?: string | null; stageReason?: string | null }> = {
  links: ({ companyId }) => [{ noun: 'company', id: companyId, path: ['input', 'companyId'] }],
  written: (input) => [...columns, ...(['lossReason', 'stageReason', 'externalReferences'] as const)]
    .filter((column) => input[column] !== undefined),
};

const lengths = {
  firstName: 200, lastName: 200, companyName: 500, jobTitle: 200, email: 254, phone: 64, city: 200, source: 200,
  notes: 20_000,
} as const;

/** Everything that is wrong with the values themselves. */
export function leadFieldProblems(input: LeadFields, isNew: boolean): UserError[] {
  const path = (name: string) => ['input', name];
  return [
    ...requiredProblems(input.title, path('title'), isNew || input.title === null),
    ...textProblems(input.title, path('title'), { min: 1, max: 500 }),
    ...Object.entries(lengths).flatMap(([name, max]) => (
      textProblems(input[name as keyof typeof lengths], path(name), { max }))),
    ...emailProblems(input.email?.trim() || null, path('email')),
    ...countryProblems(input.country, path('country')),
    ...rangeProblems(input.score, path('score'), 0, 100),
    ...amountProblems(input.amountMinor, path('amount')),
    ...currencyProblems(input.currency, ['input', 'amount', 'currency']),
    ...requiredProblems(input.currency, ['input', 'amount', 'currency'], input.currency === null),
  ];
}
