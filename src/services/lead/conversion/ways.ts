import { columnGroup } from '../../../auth/column-rights.ts';
import type { FieldGroup } from '../../../auth/nouns.ts';
import type { WrittenColumn } from '../../records.ts';

/** What a lead becomes, in the order in which it is made: who comes later links to who comes before. */
export const targetNouns = ['company', 'contact', 'deal'] as const;
export type TargetNoun = (typeof targetNouns)[number];

/** A row, or what a command is given. */
export type Values = Readonly<Record<string, unknown>>;

/** A place in a target that a value of the lead can take. */
export type Slot = {
  target: TargetNoun;
  /** The field's name in the API. */
  field: string;
  /** What of the target is written, as its rights know it. */
  written: WrittenColumn;
  /** Whether it comes to what the caller names himself, rather than being named by him instead. */
  isAdded?: true;
  /** What the command of the target is given; `soFar` is what stands there, and what it is given already. */
  give(lead: Values, soFar: Values): Values;
  /** What the target has there now, to compare with the lead's value; null or undefined where it is empty. */
  held(target: Values, lead: Values): unknown;
};

export type Way = {
  /** The lead's field by its name in the API; `company` or `contact` for a link to that target. */
  from: string;
  /** The column that the field is kept in, or the id of the target that a link leads to. */
  of: { column: string } | { link: string };
  /** The first of these that the conversion has gets the value. Each is as private as the lead's own field. */
  to: readonly Slot[];
};

/**
 * Where each field of a lead goes. What is not named here stays with the lead: its score, tags, external ids, what is
 * known of its way through the pipeline.
 */
export const ways: readonly Way[] = [
  way('companyName', column('company', 'name', 'companyName')),
  way('firstName', column('contact', 'firstName')),
  way('lastName', column('contact', 'lastName')),
  way('jobTitle', column('contact', 'jobTitle')),
  way('email', entry('emails', 'email', 'address')),
  way('phone', entry('phones', 'phone', 'number')),
  way('city', column('company', 'city'), place('city')),
  way('country', column('company', 'country'), place('country')),
  way('title', column('deal', 'title')),
  { from: 'amount', of: { column: 'amountMinor' }, to: [amount()] },
  way('source', column('deal', 'source')),
  way('notes', column('deal', 'notes'), column('contact', 'notes'), column('company', 'notes')),
];

/** The way from one target to another: the contact works for the company, the deal is with both. */
export function linkWays(companyId: string | null, contactId: string | null): readonly Way[] {
  const company = (target: TargetNoun): Slot => (
    { target, field: 'company', written: 'companyId', give: () => ({ companyId }), held: (row) => row.companyId });
  const contacts: Slot = {
    target: 'deal', field: 'contacts', written: 'contacts', isAdded: true,
    give: (_lead, soFar) => ({ contacts: [...((soFar.contacts ?? []) as object[]), { contactId }] }),
    // Somebody more takes nothing away from those who are in the deal already.
    held: (row) => (row.contacts as Values[]).find((each) => each.contactId === contactId)?.contactId,
  };
  return [
    ...(companyId ? [
      { from: 'company', of: { link: companyId }, to: [company('contact')] },
      { from: 'company', of: { link: companyId }, to: [company('deal')] },
    ] : []),
    ...(contactId ? [{ from: 'contact', of: { link: contactId }, to: [contacts] }] : []),
  ];
}

/** The field group that a field of a lead or of a target is read by. */
export function groupOf(noun: TargetNoun | 'lead', field: string): FieldGroup {
  if (field === 'amount') return columnGroup(noun, 'amountMinor');
  return columnGroup(noun, field);
}

function way(from: string, ...to: Slot[]): Way {
  return { from, of: { column: from }, to };
}

function column(target: TargetNoun, field: string, from = field): Slot {
  return { target, field, written: field, give: (lead) => ({ [field]: lead[from] }), held: (row) => row[field] };
}

/** The first entry of a list of the contact's. */
function entry(field: 'emails' | 'phones', from: string, part: string): Slot {
  return {
    target: 'contact', field, written: field, give: (lead) => ({ [field]: [{ [part]: lead[from] }] }),
    held: (row, lead) => {
      const texts = (row[field] as Values[]).map((each) => each[part] as string);
      return texts.find((text) => isSame(text, lead[from])) ?? texts[0];
    },
  };
}

/** Without a company, where a lead is from is an address of the contact's. */
function place(part: 'city' | 'country'): Slot {
  return {
    target: 'contact', field: 'addresses', written: { column: 'addresses', group: 'contactDetails' },
    give: (lead, { addresses }) => (
      { addresses: [{ ...(addresses as object[] | undefined)?.[0], [part]: lead[part] }] }),
    held: (row) => (row.addresses as Values[])[0]?.[part] ?? ((row.addresses as Values[]).length > 0 ? '' : null),
  };
}

/** An amount says nothing without its currency: one in another currency is another value. */
function amount(): Slot {
  return {
    target: 'deal', field: 'amount', written: 'amountMinor',
    give: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    held: (deal, { currency }) => deal.amountMinor ?? (deal.currency === currency ? null : deal.currency),
  };
}

/** Whether two values mean the same: nobody needs to be told of a difference in case. */
export function isSame(held: unknown, value: unknown): boolean {
  if (typeof held === 'string' && typeof value === 'string') {
    return held.trim().toLowerCase() === value.trim().toLowerCase();
  }
  return held === value;
}
