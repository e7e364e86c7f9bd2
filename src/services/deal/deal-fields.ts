import { type UserError, invalid } from '../errors.ts';
import type { ForecastCategory } from '../../db/generated/prisma/enums.ts';
import { namedValues } from '../named-values.ts';
import type { InputShape, OwnedFields } from '../owned-records.ts';
import {
  amountProblems, currencyProblems, listProblems, rangeProblems, repetitionProblems, requiredProblems, textProblems,
} from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is; null takes a value away, or empties a list. */
export type DealFields = OwnedFields & {
  title?: string | null;
  amountMinor?: bigint | null;
  currency?: string | null;
  /** Per cent; given means set by hand, null means: take the stage's again. */
  probability?: number | null;
  /** Set by hand; null takes the stage's again. */
  forecastCategory?: ForecastCategory | null;
  expectedCloseOn?: Date | null;
  source?: string | null;
  notes?: string | null;
  companyId?: string | null;
  contacts?: readonly DealContactFields[] | null;
  lines?: readonly DealLineFields[] | null;
};
export type DealContactFields = { contactId: string; role?: string | null };
export type DealLineFields = {
  productId?: string | null;
  description?: string | null;
  quantity?: string | null;
  unitPriceMinor: bigint;
  discountPercent?: string | null;
};

/** Fields that are columns of the deal itself. */
const columns = [
  'title', 'amountMinor', 'currency', 'probability', 'forecastCategory', 'expectedCloseOn', 'source', 'notes',
  'companyId',
  'ownerId', 'teamId',
] as const;

/** The columns that an input names, as they are kept. */
export function dealValues(input: DealFields) {
  return namedValues(input, columns, ['title', 'currency', 'probability']);
}

/** Which records a deal's input names, and what of the deal it writes. */
export const dealShape: InputShape<DealFields & { lossReason?: string | null; stageReason?: string | null }> = {
  links: ({ companyId, contacts, lines }) => [
    { noun: 'company', id: companyId, path: ['input', 'companyId'] },
    ...(contacts ?? []).map(({ contactId }, at) => (
      { noun: 'contact' as const, id: contactId, path: ['input', 'contacts', String(at), 'contactId'] })),
    ...(lines ?? []).map(({ productId }, at) => (
      { noun: 'product' as const, id: productId, path: ['input', 'lines', String(at), 'productId'] })),
  ],
  written: (input) => [
    ...columns, ...(['contacts', 'lines', 'lossReason', 'stageReason', 'externalReferences'] as const),
  ]
    .filter((column) => input[column] !== undefined),
};

/** Everything that is wrong with the values themselves. `mustHaveTitle` on a create. */
export function dealFieldProblems(input: DealFields, mustHaveTitle: boolean): UserError[] {
  return [
    ...requiredProblems(input.title, ['input', 'title'], mustHaveTitle || input.title === null),
    ...textProblems(input.title, ['input', 'title'], { min: 1, max: 500 }),
    ...amountProblems(input.amountMinor, ['input', 'amount']),
    ...currencyProblems(input.currency, ['input', 'amount', 'currency']),
    ...requiredProblems(input.currency, ['input', 'amount', 'currency'], input.currency === null),
    ...rangeProblems(input.probability, ['input', 'probability'], 0, 100),
    ...(input.forecastCategory === 'CLOSED'
      ? [invalid('A deal is CLOSED by its stage: name another category, or null.', 'input', 'forecastCategory')] : []),
    ...textProblems(input.source, ['input', 'source'], { max: 200 }),
    ...textProblems(input.notes, ['input', 'notes'], { max: 20_000 }),
    ...listProblems(input.contacts, ['input', 'contacts'], 100),
    ...repetitionProblems(input.contacts, ({ contactId }) => contactId, (at) => ['input', 'contacts', at, 'contactId'],
      'This contact is in the list already.'),
    ...listProblems(input.lines, ['input', 'lines'], 200),
    ...(input.contacts ?? []).flatMap((contact, at) =>
      textProblems(contact.role, ['input', 'contacts', String(at), 'role'], { max: 100 })),
    ...(input.lines ?? []).flatMap((line, at) => {
      const path = (name: string) => ['input', 'lines', String(at), name];
      return [
        ...textProblems(line.description, path('description'), { min: 1, max: 500 }),
        ...requiredProblems(line.description, path('description'), !line.productId),
        ...amountProblems(line.unitPriceMinor, path('unitPriceMinor')),
        ...rangeProblems(Number(line.quantity ?? 1), path('quantity'), 0.0001, 1e9),
        ...rangeProblems(Number(line.discountPercent ?? 0), path('discountPercent'), 0, 100),
      ];
    }),
  ];
}
