import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProduct } from '../../src/services/product/create-product.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const fields =
  'id name sku family description isActive version price { amountMinor currency } externalReferences { source key }';

test('an administrator adds a product, in the workspace\'s currency unless it says another', async () => {
  const product = await world.as(world.admin).done<{ id: string }>('productCreate', {
    name: ' GTX Pro ', sku: 'GTX-1', family: 'GTX', price: { amountMinor: '482100' }, description: 'A chair.',
    externalReferences: [{ source: 'maven', key: 'GTXPro' }],
  }, fields);
  expect(product).toMatchObject({
    name: 'GTX Pro', sku: 'GTX-1', family: 'GTX', description: 'A chair.', isActive: true, version: 1,
    price: { amountMinor: '482100', currency: 'USD' }, externalReferences: [{ source: 'maven', key: 'GTXPro' }],
  });
  expect(await world.audited(product.id)).toMatchObject([{ by: 'Admin', did: 'product.create' }]);
});

test('managers, reps and viewers read products and keep none', async () => {
  const product = await world.aProduct();
  for (const member of [world.manager, world.rep, world.viewer]) {
    const api = world.as(member);
    expect(await api.data('query($id: ID!) { product(id: $id) { name } }', { id: product.globalId })).toEqual({
      product: { name: 'A product' },
    });
    expect((await api.mutate('productCreate', { name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'product.create' } },
    ]);
    const named = { id: product.globalId, version: 1 };
    expect((await api.mutate('productUpdate', { ...named, name: 'Mine' })).errors).toMatchObject([
      { extensions: { permission: 'product.update' } },
    ]);
    expect((await api.mutate('productDelete', named)).errors).toMatchObject([
      { extensions: { permission: 'product.delete' } },
    ]);
  }
});

test('everything that is wrong is said at once', async () => {
  await world.aProduct({ sku: 'Taken' });
  const { userErrors } = await world
    .as(world.admin)
    .mutate('productCreate', {
      name: ' ',
      sku: 'tAKEN',
      family: 'x'.repeat(201),
      price: { amountMinor: '-1', currency: 'XXQ' },
      description: 'x'.repeat(5_001),
      isActive: null,
      externalReferences: [{ source: '', key: 'k' }],
    });
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['INVALID_INPUT', 'name'],
    ['INVALID_INPUT', 'family'],
    ['INVALID_INPUT', 'price'],
    ['INVALID_INPUT', 'price.currency'],
    ['INVALID_INPUT', 'description'],
    ['INVALID_INPUT', 'isActive'],
    ['TAKEN', 'sku'],
    ['INVALID_INPUT', 'externalReferences.0.source'],
  ]);
});

test('what is named is changed, what is absent stays; a product keeps its own sku', async () => {
  const product = await world.aProduct({ name: 'Before', sku: 'OWN', priceMinor: 100n, family: 'F' });
  const api = world.as(world.owner);
  expect(
    await api.done(
      'productUpdate',
      { id: product.globalId, version: 1, name: 'After', sku: 'own', price: null },
      fields,
    ),
  ).toMatchObject({ name: 'After', sku: 'own', family: 'F', price: null, version: 2 });
  expect(await world.audited(product.id)).toMatchObject([
    { did: 'product.update', fields: ['name', 'sku', 'priceMinor'] },
  ]);
  const { userErrors } = await api.mutate('productUpdate', { id: product.globalId, version: 1, name: 'Late' });
  expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
});

test('a product goes into the bin and comes out, unless its sku has gone to another', async () => {
  const product = await world.aProduct({ sku: 'BIN-1' });
  const api = world.as(world.admin);
  expect((await api.mutate('productDelete', { id: product.globalId, version: 1 })).userErrors).toEqual([]);
  const successor = await api.done<{ id: string; version: number }>('productCreate', {
    name: 'Successor',
    sku: 'bin-1',
  });
  expect((await api.mutate('productRestore', { id: product.globalId, version: 2 })).userErrors)
    .toMatchObject([{ code: 'TAKEN', path: ['input', 'id'] }]);
  await api.mutate('productDelete', { id: successor.id, version: 1 });
  expect(await api.done('productRestore', { id: product.globalId, version: 2 }, 'sku version')).toEqual({
    sku: 'BIN-1',
    version: 3,
  });
});

test('of two who want the same sku at once one gets it', async () => {
  const answers = await Promise.all(
    ['One', 'Two', 'Three'].map((name) => world.as(world.admin).mutate('productCreate', { name, sku: 'RACE' })),
  );
  expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code, path }) => [code, path[1]]))).toEqual([
    ['TAKEN', 'sku'],
    ['TAKEN', 'sku'],
  ]);
});

test('a batch is a few statements, however many there are in it, and refuses what it holds twice', async () => {
  const context = await world.contextOf(world.admin, 'IMPORT');
  const statements = async (count: number) => {
    const before = world.database.statementCount;
    const results = await createProduct.runBatch(
      context,
      Array.from({ length: count }, (_each, at) => ({ name: `P${at}`, sku: `B-${count}-${at}` })),
    );
    expect(results.every(({ recordId }) => recordId)).toBe(true);
    return world.database.statementCount - before;
  };
  expect(await statements(200)).toBe(await statements(2));
  const results = await createProduct.runBatch(context, ['x', 'y', 'X'].map((sku) => ({ name: sku, sku })));
  expect(results.map(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual([[], [], ['TAKEN']]);
});

test('importing products is a right of its own', async () => {
  await expect(createProduct.runBatch(await world.contextOf(world.manager, 'IMPORT'), [{ name: 'x' }]))
    .rejects.toThrow('product.import');
});

test('nothing of another workspace is there', async () => {
  const product = await (await world.another()).aProduct({ sku: 'FOREIGN' });
  const api = world.as(world.admin);
  expect(
    (await api.mutate('productUpdate', { id: product.globalId, version: 1, name: 'Mine' })).userErrors,
  ).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await api.mutate('productCreate', { name: 'Mine', sku: 'FOREIGN' })).userErrors).toEqual([]);
});
