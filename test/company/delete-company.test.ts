import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('what belongs to a deleted company stays, and knows it again once it is restored', async () => {
  const company = await world.aCompany({ name: 'Gone', owner: world.rep });
  const under = { companyId: company.id, owner: world.rep };
  const [contact, lead, deal, daughter] = [
    await world.aContact(under), await world.aLead(under), await world.aDeal(under),
    await world.aCompany({ parentId: company.id, owner: world.rep }),
  ];
  const look = () => world.as(world.rep).data(`query($ids: [ID!]!) { nodes(ids: $ids) {
    ... on Contact { company { name } } ... on Lead { company { name } } ... on Deal { company { name } }
    ... on Company { parent { name } }
  } }`, { ids: [contact, lead, deal, daughter].map(({ globalId }) => globalId) });
  const deleted = await world.as(world.manager).mutate('companyDelete', { id: company.globalId, version: 1 }, 'id');
  expect(deleted).toEqual({ record: null, userErrors: [], errors: [] });
  expect(await look()).toEqual({ nodes: [{ company: null }, { company: null }, { company: null }, { parent: null }] });

  const restored = await world.as(world.manager).done(
    'companyRestore', { id: company.globalId, version: 2 }, 'name deletedAt version'
  );
  expect(restored).toEqual({ name: 'Gone', deletedAt: null, version: 3 });
  const gone = { name: 'Gone' };
  expect(await look()).toEqual({ nodes: [{ company: gone }, { company: gone }, { company: gone }, { parent: gone }] });
  expect((await world.audited(company.id)).map(({ did }) => did)).toEqual(['company.delete', 'company.restore']);
});

test('a deleted company stands in the bin and nowhere else, and can be neither changed nor linked to', async () => {
  const company = await world.aCompany({ name: 'Binned', owner: world.rep });
  await world.as(world.owner).mutate('companyDelete', { id: company.globalId, version: 1 });
  const names = async (deleted: string) => (await world.as(world.owner).data<{ companies: { nodes: unknown[] } }>(
    `{ companies(where: { name: { eq: "Binned" } }, deleted: ${deleted}) { nodes { name } } }`)).companies.nodes;
  expect([await names('EXCLUDE'), await names('ONLY')]).toEqual([[], [{ name: 'Binned' }]]);
  const update = await world.as(world.owner).mutate('companyUpdate', { id: company.globalId, version: 2, name: 'X' });
  expect(update.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
  const link = await world.as(world.owner).mutate('contactCreate', { lastName: 'X', companyId: company.globalId });
  expect(link.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'companyId'] }]);
});

test('a rep deletes nothing, a manager what the team has; another version is reported', async () => {
  const company = await world.aCompany({ owner: world.rep });
  const input = { id: company.globalId, version: 1 };
  expect((await world.as(world.rep).mutate('companyDelete', input)).errors)
    .toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'company.delete' } }]);
  expect((await world.as(world.southManager).mutate('companyDelete', input)).userErrors)
    .toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await world.as(world.manager).mutate('companyDelete', { ...input, version: 7 })).userErrors)
    .toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 1 }]);
  expect((await world.as(world.manager).mutate('companyDelete', input)).userErrors).toEqual([]);
});

test('the external ids of a deleted company stay its own', async () => {
  const reference = { source: 'erp', key: 'binned' };
  const company = await world.as(world.rep).done('companyCreate', { name: 'Had it', externalReferences: [reference] });
  await world.as(world.owner).mutate('companyDelete', company);
  const { userErrors } = await world.as(world.rep).mutate('companyCreate', {
    name: 'Wants it', externalReferences: [reference],
  });
  expect(userErrors).toMatchObject([{ code: 'TAKEN' }]);
});
