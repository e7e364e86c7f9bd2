import { type Outcome, batchCommand, done, refused } from '../command.ts';
import { keptReferences, referenceProblemsOf, writeReferences } from '../external-references.ts';
import { takenProblemsOf } from '../taken-names.ts';
import { type ProductFields, productFieldProblems, productValues, skuTaken } from './product-fields.ts';

export type CreateProductInput = ProductFields & { name: string };

/** Adds products to the catalogue. */
export const createProduct = batchCommand<CreateProductInput>('product.create', async (context, inputs) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const skus = inputs.map(({ sku }) => (sku ? { value: sku, scope: null } : null));
  const taken = await takenProblemsOf(context, 'product', skus, skuTaken, 'input', 'sku');
  const takenReferences = await referenceProblemsOf(
    context, inputs.map(({ externalReferences }) => externalReferences),
  );
  const outcomes: Outcome[] = [];
  const rows = [];
  const references = [];
  for (const [at, input] of inputs.entries()) {
    const problems = [...productFieldProblems(input, true), ...taken[at]!, ...takenReferences[at]!];
    if (problems.length > 0) {
      outcomes.push(refused(...problems));
      continue;
    }
    const row = {
      ...productValues(input),
      workspaceId,
      id: services.newId(),
      name: input.name.trim(),
      isActive: input.isActive ?? true,
      currency: input.currency ?? principal.workspace.defaultCurrency,
      createdAt: now,
      updatedAt: now,
    };
    const kept = keptReferences(input.externalReferences);
    rows.push(row);
    references.push({ recordId: row.id, ...kept });
    outcomes.push(done(row.id, 1, { after: { ...row, ...kept } }));
  }
  if (rows.length > 0) {
    await tx.product.createMany({ data: rows });
    await writeReferences(context, references);
  }
  return outcomes;
}, { batchPermission: 'product.import' });
