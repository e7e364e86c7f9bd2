import { type UserError, invalid } from '../errors.ts';
import type { ExternalReferenceFields } from '../external-references.ts';
import { namedValues } from '../named-values.ts';
import { currencyProblems, requiredProblems, textProblems } from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type ProductFields = {
  name?: string | null;
  sku?: string | null;
  family?: string | null;
  priceMinor?: bigint | null;
  currency?: string | null;
  description?: string | null;
  isActive?: boolean | null;
  externalReferences?: readonly ExternalReferenceFields[] | null;
};

const columns = ['name', 'sku', 'family', 'priceMinor', 'currency', 'description', 'isActive'] as const;

export function productValues(input: ProductFields) {
  return namedValues(input, columns, ['name', 'currency', 'isActive']);
}

/** Everything that is wrong with the values themselves. @param isNew a new one must have a name */
export function productFieldProblems(input: ProductFields, isNew: boolean): UserError[] {
  return [
    ...requiredProblems(input.name, ['input', 'name'], isNew || input.name === null),
    ...textProblems(input.name, ['input', 'name'], { min: 1, max: 500 }),
    ...textProblems(input.sku, ['input', 'sku'], { min: 1, max: 100 }),
    ...textProblems(input.family, ['input', 'family'], { max: 200 }),
    ...(input.priceMinor && input.priceMinor < 0n ? [invalid('A price is 0 or more.', 'input', 'price')] : []),
    ...currencyProblems(input.currency, ['input', 'price', 'currency']),
    ...textProblems(input.description, ['input', 'description'], { max: 5_000 }),
    ...requiredProblems(input.isActive, ['input', 'isActive'], input.isActive === null),
  ];
}

export const skuTaken = 'Another product has this sku.';
