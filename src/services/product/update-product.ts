import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { keptReferences, referenceProblems, replaceReferences } from '../external-references.ts';
import { reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import { type ProductFields, productFieldProblems, productValues, skuTaken } from './product-fields.ts';

export type UpdateProductInput = ProductFields & { id: string; version: number };

/** Changes a product. Deals keep the name and price that their lines were written with. */
export const updateProduct = command<UpdateProductInput>('product.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.product.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('product', 'input', 'id'));
  const sku = input.sku ? { value: input.sku, scope: null, id: input.id } : null;
  const problems = [
    ...productFieldProblems(input, false),
    ...(await takenProblems(context, 'product', sku, skuTaken, 'input', 'sku')),
    ...(await referenceProblems(context, input.externalReferences, input.id)),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.product.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...productValues(input), version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const kept = keptReferences(input.externalReferences);
  const replaced = await replaceReferences(context, input.id, kept);
  return done(input.id, after.version, { before: { ...before, ...replaced }, after: { ...after, ...kept } });
});
