import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCompany } from '../../src/services/company/create-company.ts';
import { updateCompany } from '../../src/services/company/update-company.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

async function aCompany(input: object = {}): Promise<{ id: string; version: number }> {
  return world.as(world.rep).done('companyCreate', { name: 'A company', ...input });
}

test('what is named is changed, what is absent stays, null takes away, and the audit knows the fields', async () => {
  const company = await aCompany({
    city: 'Kiel', phone: '+49 431', annualRevenue: { amountMinor: '100', currency: 'CHF' },
  });
  const changed = await world.as(world.rep).done(
    'companyUpdate', { ...company, name: 'Renamed', city: null, annualRevenue: null },
    'name city phone currency annualRevenue { amountMinor } version');
  expect(changed)
    .toEqual({ name: 'Renamed', city: null, phone: '+49 431', currency: 'CHF', annualRevenue: null, version: 2 });
  const [, update] = await world.audited(company.id);
  expect(update!.fields.sort()).toEqual(['annualRevenueMinor', 'city', 'name']);
});

test('the domain follows the web site until somebody sets it apart', async () => {
  const company = await aCompany({ websiteUrl: 'https://first.example' });
  const update = async (version: number, input: object) => world.as(world.rep).done<{ domain: string | null }>(
    'companyUpdate', { id: company.id, version, ...input }, 'domain');
  expect(await update(1, { websiteUrl: 'https://www.second.example' })).toEqual({ domain: 'second.example' });
  expect(await update(2, { domain: 'mail.example' })).toEqual({ domain: 'mail.example' });
  expect(await update(3, { websiteUrl: 'https://third.example' })).toEqual({ domain: 'mail.example' });
  expect(await update(4, { domain: '' })).toEqual({ domain: null });
});

test('a required value cannot be taken away', async () => {
  const company = await aCompany();
  const { userErrors } = await world.as(world.rep).mutate('companyUpdate', { ...company, name: null });
  expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'name'] }]);
});

test('a company belongs neither to itself nor to one below it', async () => {
  const top = await aCompany({ name: 'Top' });
  const middle = await aCompany({ name: 'Middle', parentId: top.id });
  const bottom = await aCompany({ name: 'Bottom', parentId: middle.id });
  for (const parentId of [top.id, middle.id, bottom.id]) {
    const { record, userErrors, errors } = await world.as(world.rep).mutate('companyUpdate', { ...top, parentId });
    expect({ record, errors }).toEqual({ record: null, errors: [] });
    expect(userErrors).toEqual([{
      code: 'INVALID_INPUT', path: ['input', 'parentId'],
      message: 'A company cannot belong to itself, nor to a company below it.',
    }]);
  }
  expect(await world.audited(top.id)).toHaveLength(1);
});

test('two companies made each other\'s parent at the same moment do not make a circle', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [left, right] = [await aCompany(), await aCompany()];
    const answers = await Promise.all([
      world.as(world.rep).mutate('companyUpdate', { ...left, parentId: right.id }),
      world.as(world.rep).mutate('companyUpdate', { ...right, parentId: left.id }),
    ]);
    expect(answers.filter(({ record }) => record)).toHaveLength(1);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ path: ['input', 'parentId'] }]);
  }
});

test('a company changed meanwhile is reported before anything is written', async () => {
  const company = await aCompany();
  const answers = await world.racing('company', company.id, ...['one', 'two', 'three'].map((name) => () => (
    world.as(world.rep).mutate('companyUpdate', { ...company, name }))));
  expect(answers.filter(({ record }) => record)).toHaveLength(1);
  expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject(
    Array.from({ length: 2 }, () => ({ code: 'VERSION_CONFLICT', currentVersion: 2 })));
  expect(await world.rows('select 1 from outbox_event where record_id = $1', [company.id.replace('company_', '')]))
    .toHaveLength(2);
});

test('what a rep may not reach answers like what is not there; a viewer may not even try', async () => {
  const theirs = await world.aCompany({ owner: world.colleague });
  const [out, absent] = [theirs.globalId, `company_${world.services.newId()}`];
  const [first, second] = await Promise.all(
    [out, absent].map((id) => world.as(world.rep).mutate('companyUpdate', { id, version: 1, name: 'X' }))
  );
  expect(first).toEqual(second);
  expect(first!.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
  const viewer = await world.as(world.viewer).mutate('companyUpdate', { id: out, version: 1, name: 'X' });
  expect(viewer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'company.update' } }]);
});

test('a manager hands a company of the team to anybody; the receiver can take it from there', async () => {
  const company = await aCompany();
  const handed = await world.as(world.manager).done<{ owner: { name: string } }>(
    'companyUpdate', { ...company, ownerId: `member_${world.southRep.id}` }, 'owner { name } version');
  expect(handed.owner.name).toBe('South Rep');
  await world.as(world.southRep).done('companyUpdate', { id: company.id, version: 2, name: 'Ours' });
  const { userErrors } = await world.as(world.rep).mutate('companyUpdate', {
    id: company.id, version: 3, name: 'Mine again',
  });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('companies updated in a batch look up owners and links they share but once', async () => {
  const context = await world.contextOf(world.admin, 'IMPORT');
  const parent = await world.aCompany();
  const created = await createCompany.runBatch(
    context, Array.from({ length: 22 }, (_, at) => ({ name: `Company ${at}` }))
  );
  const ids = created.map(({ recordId }) => recordId!);
  const change = (id: string) => ({ id, version: 1, city: 'Bonn', ownerId: world.southRep.id, parentId: parent.id });
  const two = await world.statementsOf(() => updateCompany.runBatch(context, ids.slice(0, 2).map(change)));
  const twenty = await world.statementsOf(() => updateCompany.runBatch(context, ids.slice(2).map(change)));
  // Each company: the lock of the tree, reading it with its owner, writing it.
  const each = (twenty - two) / 18;
  expect(each).toBeLessThanOrEqual(4);
});

test('who cannot read every company learns of none between two of them: he moves none in the tree', async () => {
  const clerk = await world.aMember({ roles: [], teamId: world.teams.north.id });
  await world.grant(clerk, ['read', 'update'].map((verb) => ({ noun: 'company', verb, reach: 'TEAM' })));
  const top = await world.aCompany({ owner: world.rep });
  const hidden = await world.aCompany({ owner: world.southRep, parentId: top.id });
  const below = await world.aCompany({ owner: world.rep, parentId: hidden.id });
  const apart = await world.aCompany({ owner: world.rep });
  for (const parent of [below, apart]) {
    const { userErrors } = await world.as(clerk).mutate('companyUpdate', {
      id: top.globalId, version: 1, parentId: parent.globalId,
    });
    expect(userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'parentId'] }]);
  }
});
