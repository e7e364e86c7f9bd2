import { insertRows } from '../../db/insert-rows.ts';
import type { CommandContext } from '../command.ts';
import { readableIds, readableWhere } from '../records.ts';
import type { DealFields } from './deal-fields.ts';

type DealLists = Pick<DealFields, 'contacts' | 'lines'>;

/**
 * The contacts and lines of inputs as they are kept, in their order; a list that an input does not name is absent. A
 * line without words of its own takes its product's name.
 */
export async function keptLists({ tx, principal }: CommandContext, inputs: readonly DealLists[]) {
  const productIds = new Set(inputs.flatMap(({ lines }) => (lines ?? []).flatMap(({ productId }) => productId ?? [])));
  const products = productIds.size === 0 ? [] : await tx.product.findMany({
    where: { workspaceId: principal.workspace.id, id: { in: [...productIds] } }, select: { id: true, name: true },
  });
  const productNames = new Map(products.map(({ id, name }) => [id, name]));
  return inputs.map(({ contacts, lines }) => ({
    ...(contacts === undefined ? {} : {
      contacts: (contacts ?? []).map(({ contactId, role }) => ({ contactId, role: role?.trim() || null })),
    }),
    ...(lines === undefined ? {} : {
      lines: (lines ?? []).map((line) => ({
        productId: line.productId ?? null,
        description: line.description?.trim() || productNames.get(line.productId ?? '') || '',
        quantity: line.quantity ?? '1', unitPriceMinor: line.unitPriceMinor,
        discountPercent: line.discountPercent ?? '0',
      })),
    }),
  }));
}

type KeptLists = Awaited<ReturnType<typeof keptLists>>[number];

/** Writes the contacts and lines of new deals. */
export async function writeDealLists(
  { tx, principal, services }: CommandContext, deals: readonly (KeptLists & { recordId: string })[],
): Promise<void> {
  const row = (dealId: string, position: number) => (
    { workspaceId: principal.workspace.id, id: services.newId(), dealId, position });
  const contacts = deals.flatMap((deal) => (
    (deal.contacts ?? []).map((contact, at) => ({ ...row(deal.recordId, at), ...contact }))));
  const lines = deals.flatMap((deal) => (deal.lines ?? []).map((line, at) => ({ ...row(deal.recordId, at), ...line })));
  if (contacts.length > 0) await insertRows(tx, 'DealContact', contacts);
  if (lines.length > 0) await insertRows(tx, 'DealLine', lines);
}

/**
 * Writes the lists that are given in place of those that the deal has. Contacts that the principal cannot see were not
 * in the list that he read, so they stay.
 *
 * @returns what was there before, of the lists that are replaced
 */
export async function replaceDealLists(context: CommandContext, dealId: string, lists: KeptLists): Promise<KeptLists> {
  const { tx, principal } = context;
  const own = { workspaceId: principal.workspace.id, dealId };
  const before: KeptLists = {};
  if (lists.contacts) {
    const where = { ...own, contact: { is: readableWhere(context, 'contact') } };
    before.contacts = await tx.dealContact.findMany({
      where, orderBy: { position: 'asc' }, select: { contactId: true, role: true },
    });
    await tx.dealContact.deleteMany({ where });
  }
  if (lists.lines) {
    const lines = await tx.dealLine.findMany({
      where: own, orderBy: { position: 'asc' },
      select: { productId: true, description: true, quantity: true, unitPriceMinor: true, discountPercent: true },
    });
    before.lines = lines.map((line) => (
      { ...line, quantity: String(line.quantity), discountPercent: String(line.discountPercent) }));
    await tx.dealLine.deleteMany({ where: own });
  }
  await writeDealLists(context, [{ recordId: dealId, ...lists }]);
  return before;
}

/**
 * The contacts and lines that deals would have with these inputs, as far as somebody asks for them: only whether there
 * are any counts. Contacts that the principal cannot see stay, so they are among them.
 */
export async function resultingLists(
  context: CommandContext, inputs: readonly (DealLists & { id: string })[], asked: ReadonlySet<string>,
): Promise<{ contacts: readonly unknown[]; lines: readonly unknown[] }[]> {
  const { tx, principal } = context;
  const own = { workspaceId: principal.workspace.id, dealId: { in: inputs.map(({ id }) => id) } };
  const contacts = !asked.has('contacts') ? [] : await tx.dealContact.findMany({
    where: own, select: { dealId: true, contactId: true },
  });
  const seen = await readableIds(context, 'contact', contacts.map(({ contactId }) => contactId));
  const lines = !asked.has('lines') ? [] : await tx.dealLine.findMany({
    where: own, select: { dealId: true }, distinct: ['dealId'],
  });
  return inputs.map((input) => ({
    contacts: [
      ...contacts.filter(({ dealId, contactId }) => (
        dealId === input.id && (input.contacts === undefined || !seen.has(contactId)))),
      ...(input.contacts ?? []),
    ],
    lines: input.lines === undefined ? lines.filter(({ dealId }) => dealId === input.id) : input.lines ?? [],
  }));
}
