import { createProduct } from '../../services/product/create-product.ts';
import { type ProductFields, productFieldProblems, productValues } from '../../services/product/product-fields.ts';
import { updateProduct } from '../../services/product/update-product.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';
import * as shared from './shared-fields.ts';

export const productNoun: ImportNoun = {
  noun: 'product',
  plural: 'products',
  hasKey: true,
  matchBy: { name: ({ name }) => name as string, sku: ({ sku }) => sku as string },
  fields: {
    name: { type: 'text', isRequired: true, description: 'What it is called; at most 500 characters.' },
    sku: { type: 'text', description: 'Stock-keeping unit; unique; at most 100 characters.' },
    family: { type: 'text', description: 'The group of products it belongs to; at most 200 characters.' },
    price: { type: 'money', input: 'priceMinor', description: 'List price.' },
    currency: shared.currency,
    description: { type: 'text', description: 'What it is; at most 5,000 characters.' },
    isActive: { type: 'boolean', description: 'Whether it is sold; yes unless given.' },
  },
  links: {},
  children: {},
  create: createProduct,
  update: updateProduct,
  fieldProblems: (input: ProductFields) => productFieldProblems(input, false),
  kept: productValues,
  async read(tx, where) {
    const products = await tx.product.findMany({ where, include: { externalReferences: true } });
    return products.map(({ externalReferences, ...product }) => currentRecord(product, externalReferences));
  },
};
