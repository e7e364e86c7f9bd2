import { insertRows } from '../../db/insert-rows.ts';
import type { CommandContext } from '../command.ts';
import type { ContactLists } from './contact-fields.ts';

type Entry = { label?: string | null; isPrimary?: boolean | null };

/**
 * A contact's lists as they are kept, in their order; a list that the input does not name is absent. The first entry is
 * the primary one where none says so.
 */
export function keptLists({ emails, phones, addresses }: ContactLists) {
  return {
    ...(emails === undefined ? {} : { emails: entries(emails, ({ address }) => ({ address: address.trim() })) }),
    ...(phones === undefined ? {} : { phones: entries(phones, ({ number }) => ({ number: number.trim() })) }),
    ...(addresses === undefined ? {} : {
      addresses: entries(addresses, ({ street, postalCode, city, region, country }) => ({
        street: text(street), postalCode: text(postalCode), city: text(city), region: text(region),
        country: text(country),
      })),
    }),
  };
}

function entries<E extends Entry, Kept>(list: readonly E[] | null, kept: (entry: E) => Kept) {
  const primary = Math.max(0, list?.findIndex(({ isPrimary }) => isPrimary) ?? 0);
  return (list ?? []).map((entry, at) => ({ ...kept(entry), label: text(entry.label), isPrimary: at === primary }));
}

function text(value: string | null | undefined): string | null {
  return value?.trim() || null;
}

type KeptLists = ReturnType<typeof keptLists>;

/** Writes the lists of new contacts. */
export async function writeContactLists(
  { tx, principal, services }: CommandContext, contacts: readonly (KeptLists & { recordId: string })[],
): Promise<void> {
  function rows<E extends object>(list: (contact: KeptLists) => readonly E[] | undefined) {
    return contacts.flatMap((contact) => (list(contact) ?? []).map((entry, position) => (
      { workspaceId: principal.workspace.id, id: services.newId(), contactId: contact.recordId, position, ...entry })));
  }
  const [emails, phones, addresses] = [
    rows((each) => each.emails), rows((each) => each.phones), rows((each) => each.addresses),
  ];
  if (emails.length > 0) await insertRows(tx, 'ContactEmail', emails);
  if (phones.length > 0) await insertRows(tx, 'ContactPhone', phones);
  if (addresses.length > 0) await insertRows(tx, 'ContactAddress', addresses);
}

/**
 * Writes the lists that are given in place of those that the contact has.
 *
 * @returns what was there before, of the lists that are replaced
 */
export async function replaceContactLists(
  context: CommandContext, contactId: string, lists: KeptLists,
): Promise<KeptLists> {
  const { tx, principal } = context;
  const where = { workspaceId: principal.workspace.id, contactId };
  const [orderBy, entry] = [{ position: 'asc' }, { label: true, isPrimary: true }] as const;
  const before: KeptLists = {};
  if (lists.emails) {
    before.emails = await tx.contactEmail.findMany({ where, orderBy, select: { address: true, ...entry } });
    await tx.contactEmail.deleteMany({ where });
  }
  if (lists.phones) {
    before.phones = await tx.contactPhone.findMany({ where, orderBy, select: { number: true, ...entry } });
    await tx.contactPhone.deleteMany({ where });
  }
  if (lists.addresses) {
    const select = { street: true, postalCode: true, city: true, region: true, country: true, ...entry };
    before.addresses = await tx.contactAddress.findMany({ where, orderBy, select });
    await tx.contactAddress.deleteMany({ where });
  }
  await writeContactLists(context, [{ recordId: contactId, ...lists }]);
  return before;
}
