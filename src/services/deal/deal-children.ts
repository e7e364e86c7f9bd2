import type { CommandContext } from '../command.ts';
import { readableWhere } from '../records.ts';
import type { DealFields } from './deal-fields.ts';

type DealChildren = { dealId: string; contacts?: DealFields['contacts']; lines?: DealFields['lines'] };

/** Writes the contacts and lines of new deals, or replaces those of one deal as lists. */
export async function writeDealChildren(
  context: CommandContext, deals: readonly DealChildren[], { replace }: { replace: boolean },
): Promise<void> {
  const { tx, principal, services } = context;
  const workspaceId = principal.workspace.id;
  const contacts = deals.flatMap(({ dealId, contacts: list }) => (list ?? []).map(({ contactId, role }, position) => (
    { workspaceId, id: services.newId(), dealId, contactId, role: role ?? null, position })));
  const productIds = [...new Set(deals.flatMap(({ lines }) => (lines ?? []).flatMap(({ productId }) => productId ?? [])))];
  const products = productIds.length === 0 ? [] : await tx.product.findMany({
    where: { workspaceId, id: { in: productIds } }, select: { id: true, name: true },
  });
  const productNames = new Map(products.map(({ id, name }) => [id, name]));
  const lines = deals.flatMap(({ dealId, lines: list }) => (list ?? []).map((line, position) => ({
    workspaceId, id: services.newId(), dealId, position, productId: line.productId ?? null,
    description: line.description?.trim() || productNames.get(line.productId ?? '') || '',
    quantity: line.quantity ?? '1', unitPriceMinor: line.unitPriceMinor, discountPercent: line.discountPercent ?? '0',
  })));
  if (replace) {
    const dealIds = (which: 'contacts' | 'lines') => deals.filter((deal) => deal[which]).map(({ dealId }) => dealId);
    if (dealIds('contacts').length) {
      // Contacts that the principal cannot see were not in the list that he read, so they stay.
      const contact = { is: readableWhere(context, 'contact') };
      await tx.dealContact.deleteMany({ where: { workspaceId, dealId: { in: dealIds('contacts') }, contact } });
    }
    if (dealIds('lines').length) await tx.dealLine.deleteMany({ where: { workspaceId, dealId: { in: dealIds('lines') } } });
  }
  if (contacts.length) await tx.dealContact.createMany({ data: contacts });
  if (lines.length) await tx.dealLine.createMany({ data: lines });
}
