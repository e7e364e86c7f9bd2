import { createProduct } from '../services/product/create-product.ts';
import { deleteProduct, restoreProduct } from '../services/product/delete-product.ts';
import { updateProduct } from '../services/product/update-product.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { bigInt, boolean, id, instant, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { Money, MoneyInput, deletableFields, externalReferencesField, money } from './record-fields.ts';
import { recordOf } from './records.ts';
import {
  type InputBuilder, addressFields, deleteInput, externalReferencesInput, keyField, restoreInput, withMoney, writes,
} from './write-inputs.ts';

registerNode('product', 'Product');

const Product = builder.prismaObject('Product', {
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
      type: Money,
      access: 'product.core',
      select: { priceMinor: true, currency: true },
      description: 'List price of one.',
      resolve: (product) => money(product.priceMinor, product.currency),
    }),
    isActive: t.exposeBoolean('isActive', { access: 'product.core', description: 'Whether it is still sold.' }),
    externalReferences: externalReferencesField(t, 'product'),
  }),
});

const ProductConnection = connectionType('Product', Product);

const ProductWhere = whereInput('product', 'Product', () => ({
  id: id('product'), name: text(), sku: string(), family: string(), isActive: boolean(),
  price: bigInt({ column: 'priceMinor' }), createdAt: instant(), updatedAt: instant(),
}));
const ProductOrder = orderInput('product', 'Product', {
  NAME: 'name', CREATED_AT: 'createdAt', PRICE: { field: 'price', column: 'priceMinor' },
});

const byName = [{ field: 'NAME', direction: 'ASC' }] as const;

builder.queryFields((t) => ({
  product: t.field({
    type: Product,
    access: 'product.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One product; null when it is absent.',
    resolve: resolveRecord('product'),
  }),
  products: t.field({
    type: ProductConnection,
    access: 'product.read',
    args: listArgs({ where: ProductWhere, orderBy: ProductOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('product', byName) },
    description: 'Products by name.',
    resolve: resolvePage,
  }),
}));

/** Fields of a product that creating and updating share. */
const productInputFields = (t: InputBuilder) => ({
  sku: t.string({
    description: 'Stock-keeping unit; 1 to 100 characters. TAKEN when another product has it, whatever the case.',
  }),
  family: t.string({ description: 'The family of products it belongs to; at most 200 characters.' }),
  price: t.field({ type: MoneyInput, description: 'List price of one; 0 or more.' }),
  description: t.string({ description: 'What it is; at most 5,000 characters.' }),
  isActive: t.boolean({ description: 'Whether it is still sold; true when absent on creation.' }),
  ...externalReferencesInput(t),
});

const ProductCreateInput = builder.inputType('ProductCreateInput', {
  description: 'A new product.',
  ...writes('product', 'Product'),
  fields: (t) => ({
    ...keyField(t),
    name: t.string({ required: true, description: 'What it is called; 1 to 500 characters.' }),
    ...productInputFields(t),
  }),
});

const ProductUpdateInput = builder.inputType('ProductUpdateInput', {
  description: 'Changes to a product; what is absent stays as it is.',
  ...writes('product', 'Product'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'product'),
    name: t.string({ description: 'What it is called; 1 to 500 characters.' }),
    ...productInputFields(t),
  }),
});

const record = { product: Product };
const toInput = withMoney('price', 'priceMinor');
commandMutation('productCreate', createProduct, {
  description: 'Adds a product to the catalogue.',
  input: ProductCreateInput,
  record,
  toInput,
});
commandMutation('productUpdate', updateProduct, {
  description: 'Changes a product. Lines of deals keep the name and price they were written with.',
  input: ProductUpdateInput,
  record,
  toInput,
});
commandMutation('productDelete', deleteProduct, {
  description: 'Puts a product into the bin. Lines of deals keep it.', input: deleteInput('Product', 'product'), record,
});
commandMutation('productRestore', restoreProduct, {
  description: 'Takes a product out of the bin.', input: restoreInput('Product', 'product'), record,
});
