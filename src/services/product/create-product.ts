import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { takenProblems } from '../taken-names.ts';
import { type ProductFields, productFieldProblems, productValues, skuTaken } from './product-fields.ts';

export type CreateProductInput = ProductFields & { name: string };

/** Adds products to the catalogue. */
export const createProduct = batchCommand<CreateProductInput>('product.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const skus = inputs.map(({ sku }) => (sku ? { value: sku, scope: null } : null));
  const taken = await takenProblems(context, 'product', skus, skuTaken, 'input', 'sku');
  const rows: (ProductFields & { workspaceId: string; id: string; name: string; currency: string; isActive: boolean })[] = [];
  const outcomes = inputs.map((input, at): Outcome => {
    const problems = [...productFieldProblems(input, true), ...taken[at]!];
    if (problems.length > 0) return refused(...problems);
    const row = {
      ...productValues(input), workspaceId, id: services.newId(), name: input.name.trim(), isActive: input.isActive ?? true,
      currency: input.currency ?? principal.workspace.defaultCurrency, createdAt: now, updatedAt: now,
    };
    rows.push(row);
    return done(row.id, 1, { after: row });
  });
  if (rows.length > 0) await tx.product.createMany({ data: rows });
  return outcomes;
}, { batchPermission: 'product.import' });
