import { deleteCommand, restoreCommand } from '../delete-records.ts';
import { takenProblems } from '../taken-names.ts';

/** Lines of deals keep a product that is in the bin: they were written with its name and price. */
export const deleteProduct = deleteCommand('product');

export const restoreProduct = restoreCommand('product', async (context, id) => {
  const { sku } = await context.tx.product.findFirstOrThrow({
    where: { workspaceId: context.principal.workspace.id, id }, select: { sku: true },
  });
  const claim = sku ? { value: sku, scope: null, id } : null;
  return takenProblems(context, 'product', claim, 'Another product has its sku by now.', 'input', 'id');
});
