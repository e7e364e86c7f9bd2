import { type UserError, invalid } from '../errors.ts';
import { listProblems, repetitionProblems } from '../validate.ts';
import type { StageFacts } from '../../db/stage-facts.ts';
import type { StagedNoun } from './kinds.ts';

/** A record as it will be, by the names of its columns and lists. */
export type ResultingRecord = Readonly<Record<string, unknown>>;

/**
 * What a stage can ask for: the names of the API's fields, each with the column or list that it shows. A custom field
 * would be one more name, `customFields.<key>`, and one more way to tell whether it is empty.
 */
const requirable: Record<StagedNoun, Readonly<Record<string, string>>> = {
  deal: {
    amount: 'amountMinor',
    expectedCloseOn: 'expectedCloseOn',
    company: 'companyId',
    owner: 'ownerId',
    source: 'source',
    notes: 'notes',
    lossReason: 'lossReason',
    contacts: 'contacts',
    lines: 'lines',
  },
  lead: {
    firstName: 'firstName',
    lastName: 'lastName',
    companyName: 'companyName',
    jobTitle: 'jobTitle',
    email: 'email',
    phone: 'phone',
    city: 'city',
    country: 'country',
    source: 'source',
    notes: 'notes',
    score: 'score',
    amount: 'amountMinor',
    company: 'companyId',
    owner: 'ownerId',
    lossReason: 'lossReason',
  },
};

/** Names of the fields that stages of this noun's pipelines can ask for. */
export function requirableFields(noun: StagedNoun): readonly string[] {
  return Object.keys(requirable[noun]);
}

/** What is wrong with the fields that a stage is to ask for. */
export function requiredFieldProblems(
  noun: StagedNoun, names: readonly string[] | null | undefined, status: string, path: string[],
): UserError[] {
  const known = requirableFields(noun);
  return [
    ...listProblems(names, path, 50),
    ...repetitionProblems(names, (name) => name, (at) => [...path, at], 'This field is in the list already.'),
    ...(names ?? []).flatMap((name, at) => {
      const here = [...path, String(at)];
      if (!known.includes(name)) return [invalid(`A stage for ${noun}s can ask for ${known.join(', ')}.`, ...here)];
      if (name !== 'lossReason' || status === 'LOST') return [];
      return [invalid('Only a stage that means lost can ask for a loss reason.', ...here)];
    }),
  ];
}

/** Fields that the stage asks for and that the record as it will be does not have. Nothing but their names is told. */
export function missingFields(noun: StagedNoun, stage: StageFacts, record: ResultingRecord): string[] {
  return [
    ...stage.requiredFields.filter((name) => isEmpty(record[requirable[noun][name]!])),
    ...(stage.isReasonRequired && isEmpty(record.stageReason) ? ['stageReason'] : []),
  ];
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || value === '';
}

/** The same as a condition on records, in Prisma's words: which of them lack the field, or a reason. */
export function missingWhere(noun: StagedNoun, name: string): object {
  const column = requirable[noun][name] ?? name;
  return column === 'contacts' || column === 'lines' ? { [column]: { none: {} } } : { [column]: null };
}
