import { type UserError, invalid } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import type { InputShape, OwnedFields } from '../owned-records.ts';
import {
  countryProblems, emailProblems, listProblems, repetitionProblems, requiredProblems, textProblems,
} from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is; null takes a value away, or empties a list. */
export type ContactFields = OwnedFields & ContactLists & {
  firstName?: string | null;
  lastName?: string | null;
  jobTitle?: string | null;
  birthOn?: Date | null;
  notes?: string | null;
  companyId?: string | null;
};

/** Replaced as lists. Where no entry says that it is the primary one, the first is. */
export type ContactLists = {
  emails?: readonly EmailFields[] | null;
  phones?: readonly PhoneFields[] | null;
  addresses?: readonly AddressFields[] | null;
};
type Entry = { label?: string | null; isPrimary?: boolean | null };
export type EmailFields = Entry & { address: string };
export type PhoneFields = Entry & { number: string };
export type AddressFields = Entry & {
  street?: string | null;
  postalCode?: string | null;
  city?: string | null;
  region?: string | null;
  country?: string | null;
};

/** Fields that are columns of the contact itself. */
const columns = ['firstName', 'lastName', 'jobTitle', 'birthOn', 'notes', 'companyId', 'ownerId', 'teamId'] as const;
const lists = ['emails', 'phones', 'externalReferences'] as const;

/** The columns that an input names, as they are kept. */
export function contactValues(input: ContactFields) {
  return namedValues(input, columns);
}

/** Which records a contact's input names, and what of the contact it writes. */
export const contactShape: InputShape<ContactFields> = {
  links: ({ companyId }) => [{ noun: 'company', id: companyId, path: ['input', 'companyId'] }],
  written: (input) => [
    ...[...columns, ...lists].filter((column) => input[column] !== undefined),
    // Cities are core, but who replaces the list replaces the streets in it.
    ...(input.addresses === undefined ? [] : [{ column: 'addresses', group: 'contactDetails' as const }]),
  ],
};

/**
 * Everything that is wrong with the values themselves.
 *
 * @param before the contact's names before an update: it must have one afterwards
 */
export function contactFieldProblems(
  input: ContactFields, now: Date, before: Pick<ContactFields, 'firstName' | 'lastName'> = {},
): UserError[] {
  const path = (name: string) => ['input', name];
  const { firstName, lastName } = { ...before, ...contactValues(input) };
  return [
    ...(firstName || lastName ? [] : [invalid('A contact has a first or a last name.', ...path('lastName'))]),
    ...textProblems(input.firstName, path('firstName'), { max: 200 }),
    ...textProblems(input.lastName, path('lastName'), { max: 200 }),
    ...textProblems(input.jobTitle, path('jobTitle'), { max: 200 }),
    ...textProblems(input.notes, path('notes'), { max: 20_000 }),
    ...birthdayProblems(input.birthOn, now),
    ...entryProblems('emails', input.emails, (email, at) => [
      ...requiredProblems(email.address, at('address'), true),
      ...textProblems(email.address, at('address'), { max: 254 }),
      ...emailProblems(email.address?.trim(), at('address')),
    ]),
    ...repetitionProblems(input.emails, ({ address }) => address.trim().toLowerCase(),
      (at) => ['input', 'emails', at, 'address'], 'This e-mail address is in the list already.'),
    ...entryProblems('phones', input.phones, (phone, at) => (
      textProblems(phone.number, at('number'), { min: 2, max: 64 }))),
    ...repetitionProblems(input.phones, ({ number }) => number.replace(/[^\p{L}\d+*#]/gu, '') || null,
      (at) => ['input', 'phones', at, 'number'], 'This telephone number is in the list already.'),
    ...entryProblems('addresses', input.addresses, addressProblems),
    ...repetitionProblems(
      input.addresses, sameAddress, (at) => ['input', 'addresses', at], 'This address is in the list already.'),
  ];
}

const parts = ['street', 'postalCode', 'city', 'region', 'country'] as const;
const partLengths = { street: 500, postalCode: 32, city: 200, region: 200, country: 2 } as const;

function addressProblems(address: AddressFields, at: (name: string) => string[]): UserError[] {
  if (parts.every((part) => !address[part]?.trim())) {
    return [invalid('An address has at least a street, a place or a country.', ...at('street'))];
  }
  return [
    ...parts.filter((part) => part !== 'country').flatMap((part) => (
      textProblems(address[part], at(part), { max: partLengths[part] }))),
    ...countryProblems(address.country, at('country')),
  ];
}

function sameAddress(address: AddressFields): string | null {
  const words = parts.map((part) => (address[part] ?? '').trim().toLowerCase().replace(/\s+/g, ' '));
  return words.some(Boolean) ? words.join('\n') : null;
}

const earliestBirth = new Date('1850-01-01T00:00:00Z');

function birthdayProblems(birthOn: Date | null | undefined, now: Date): UserError[] {
  // Somewhere it is tomorrow already.
  const isPossible = !birthOn || (birthOn >= earliestBirth && birthOn.getTime() <= now.getTime() + 86_400_000);
  return isPossible ? [] : [invalid('birthOn lies between 1850 and today.', 'input', 'birthOn')];
}

/** What every list of a contact's has in common: few entries, with short labels, at most one of them primary. */
function entryProblems<E extends Entry>(
  list: 'emails' | 'phones' | 'addresses', entries: readonly E[] | null | undefined,
  problems: (entry: E, at: (name: string) => string[]) => UserError[],
): UserError[] {
  const isPrimary = entries?.map((entry) => Boolean(entry.isPrimary)) ?? [];
  return [
    ...listProblems(entries, ['input', list], 20),
    ...(entries ?? []).flatMap((entry, position) => {
      const at = (name: string) => ['input', list, String(position), name];
      const isSecond = isPrimary[position] && isPrimary.indexOf(true) < position;
      return [
        ...textProblems(entry.label, at('label'), { max: 50 }),
        ...(isSecond ? [invalid('Another one is marked as primary already.', ...at('isPrimary'))] : []),
        ...problems(entry, at),
      ];
    }),
  ];
}
