import { builder } from './builder.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { bigInt, boolean, id, instant, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { Money, deletableFields, externalReferencesField, money } from './record-fields.ts';
import { recordOf } from './records.ts';

registerNode('product', 'Product');
registerNode('tag', 'Tag');

export const Product = builder.prismaObject('Product', {
  description: 'Something one sells.',
  ...recordOf('Product', 'product'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'product'),
    name: t.exposeString('name', { access: 'product.core', description: 'What it is called.' }),
    sku: t.exposeString('sku', { access: 'product.core', description: 'Stock-keeping unit; unique in the workspace.' }),
    family: t.exposeString('family', { access: 'product.core', description: 'The family of products it belongs to.' }),
    description: t.exposeString('description', { access: 'product.core', description: 'What it is.' }),
    price: t.field({
      type: Money, access: 'product.core', select: { priceMinor: true, currency: true }, description: 'List price of one.',
      resolve: (product) => money(product.priceMinor, product.currency),
    }),
    isActive: t.exposeBoolean('isActive', { access: 'product.core', description: 'Whether it is still sold.' }),
    externalReferences: externalReferencesField(t, 'product'),
  }),
});

export const Tag = builder.prismaObject('Tag', {
  description: 'A word put on records.',
  ...recordOf('Tag', 'tag'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'tag'),
    name: t.exposeString('name', { access: 'tag.core', description: 'The word.' }),
    color: t.exposeString('color', { access: 'tag.core', description: '`#rrggbb`.' }),
  }),
});

export const ProductConnection = connectionType('Product', Product);
export const TagConnection = connectionType('Tag', Tag);

export const ProductWhere = whereInput('product', 'Product', () => ({
  id: id('product'), name: text(), sku: string(), family: string(), isActive: boolean(),
  price: bigInt({ column: 'priceMinor' }), createdAt: instant(), updatedAt: instant(),
}));
export const TagWhere = whereInput('tag', 'Tag', () => ({ id: id('tag'), name: string(), color: string() }));
export const ProductOrder = orderInput('product', 'Product', {
  NAME: 'name', CREATED_AT: 'createdAt', PRICE: { field: 'price', column: 'priceMinor' },
});
export const TagOrder = orderInput('tag', 'Tag', { NAME: 'name', CREATED_AT: 'createdAt' });

const byName = [{ field: 'NAME', direction: 'ASC' }] as const;

builder.queryFields((t) => ({
  product: t.field({
    type: Product, access: 'product.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One product; null when it is absent.', resolve: resolveRecord('product'),
  }),
  products: t.field({
    type: ProductConnection, access: 'product.read', args: listArgs({ where: ProductWhere, orderBy: ProductOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('product', byName) }, description: 'Products by name.', resolve: resolvePage,
  }),
  tag: t.field({
    type: Tag, access: 'tag.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One tag; null when it is absent.', resolve: resolveRecord('tag'),
  }),
  tags: t.field({
    type: TagConnection, access: 'tag.read', args: listArgs({ where: TagWhere, orderBy: TagOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('tag', byName) }, description: 'Tags by name.', resolve: resolvePage,
  }),
}));
