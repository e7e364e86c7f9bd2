import type { CommandContext } from '../command.ts';
import { type UserError, invalid } from '../errors.ts';
import { linkProblems } from '../records.ts';
import { currencyProblems, listProblems, rangeProblems, requiredProblems, textProblems } from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type DealFields = {
  title?: string | null;
  amountMinor?: bigint | null;
  currency?: string | null;
  /** Per cent; given means set by hand, null means: take the stage's again. */
  probability?: number | null;
  expectedCloseOn?: Date | null;
  source?: string | null;
  notes?: string | null;
  companyId?: string | null;
  ownerId?: string | null;
  teamId?: string | null;
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
export const dealColumns = [
  'title', 'amountMinor', 'currency', 'probability', 'expectedCloseOn', 'source', 'notes', 'companyId', 'ownerId', 'teamId',
] as const;

/** The columns that an input names, children included, for the question who may write them. */
export function writtenColumns(input: DealFields): string[] {
  return [
    ...dealColumns.filter((column) => input[column] !== undefined),
    ...(input.contacts ? ['contacts'] : []), ...(input.lines ? ['lines'] : []),
  ];
}

/** Everything that is wrong with the values themselves. `mustHaveTitle` on a create. */
export function dealFieldProblems(input: DealFields, mustHaveTitle: boolean): UserError[] {
  return [
    ...requiredProblems(input.title, ['input', 'title'], mustHaveTitle || input.title === null),
    ...textProblems(input.title, ['input', 'title'], { min: 1, max: 500 }),
    ...currencyProblems(input.currency, ['input', 'currency']),
    ...requiredProblems(input.currency, ['input', 'currency'], input.currency === null),
    ...rangeProblems(input.probability, ['input', 'probability'], 0, 100),
    ...textProblems(input.source, ['input', 'source'], { max: 200 }),
    ...textProblems(input.notes, ['input', 'notes'], { max: 20_000 }),
    ...listProblems(input.contacts, ['input', 'contacts'], 100),
    ...(input.contacts ?? []).flatMap(({ contactId }, at, list) => (
      list.findIndex((each) => each.contactId === contactId) < at
        ? [invalid('This contact is in the list already.', 'input', 'contacts', String(at), 'contactId')] : [])),
    ...listProblems(input.lines, ['input', 'lines'], 200),
    ...(input.contacts ?? []).flatMap((contact, at) =>
      textProblems(contact.role, ['input', 'contacts', String(at), 'role'], { max: 100 })),
    ...(input.lines ?? []).flatMap((line, at) => {
      const path = (name: string) => ['input', 'lines', String(at), name];
      return [
        ...textProblems(line.description, path('description'), { min: 1, max: 500 }),
        ...requiredProblems(line.description, path('description'), !line.productId),
        ...rangeProblems(Number(line.quantity ?? 1), path('quantity'), 0.0001, 1e9),
        ...rangeProblems(Number(line.discountPercent ?? 0), path('discountPercent'), 0, 100),
      ];
    }),
  ];
}

/** Links to records that the principal cannot read answer as if these were absent. */
export function dealLinkProblems(context: CommandContext, input: DealFields): Promise<UserError[]> {
  return linkProblems(context, [
    { noun: 'company', id: input.companyId, path: ['input', 'companyId'] },
    ...(input.contacts ?? []).map((contact, at) => (
      { noun: 'contact' as const, id: contact.contactId, path: ['input', 'contacts', String(at), 'contactId'] })),
    ...(input.lines ?? []).map((line, at) => (
      { noun: 'product' as const, id: line.productId, path: ['input', 'lines', String(at), 'productId'] })),
  ]);
}
