import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('lists are replaced as a whole, and the audit says which', async () => {
  const contact = await world.aContact();
  const deal = await world.as(world.rep).done('dealCreate', {
    title: 'Ten chairs', contacts: [{ contactId: contact.globalId, role: ' buyer ' }],
    lines: [{ description: 'A chair', unitPriceMinor: '1250', quantity: '10' }],
    externalReferences: [{ source: 'erp', key: '4711' }],
  });
  const changed = await world.as(world.rep).done(
    'dealUpdate', {
      id: deal.id, version: deal.version, contacts: null, externalReferences: [{ source: 'erp', key: '4712' }],
    },
    'contacts { role } lines { description quantity } externalReferences { source key } version');
  expect(changed).toEqual({
    contacts: [], lines: [{ description: 'A chair', quantity: '10' }],
    externalReferences: [{ source: 'erp', key: '4712' }], version: 2,
  });
  const [created, updated] = await world.audited(deal.id);
  expect(created!.fields).toEqual(expect.arrayContaining(['title', 'contacts', 'lines', 'externalReferences']));
  expect(updated)
    .toEqual({ by: 'Rep', did: 'deal.update', fields: expect.arrayContaining(['contacts', 'externalReferences']) });
  expect(updated!.fields).not.toContain('lines');
});

test('an external id belongs to one deal, whoever may see that', async () => {
  const reference = { source: 'legacy', key: 'D-1' };
  await world.as(world.southRep).done('dealCreate', { title: 'Theirs', externalReferences: [reference] });
  const answer = await world.as(world.rep).mutate('dealCreate', { title: 'Ours', externalReferences: [reference] });
  expect(answer).toMatchObject({
    record: null, userErrors: [{ code: 'TAKEN', path: ['input', 'externalReferences', '0', 'key'] }],
  });
});
