import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('deals and activities of a deleted contact stay; the contact is null there until it is restored', async () => {
  const contact = await world.aContact({ firstName: 'Ada', lastName: 'Gone', owner: world.rep });
  const deal = await world.as(world.rep).done('dealCreate', {
    title: 'Chairs', contacts: [{ contactId: contact.globalId, role: 'buyer' }],
  });
  const call = await world.anActivity({ contactId: contact.id, owner: world.rep });
  const look = () => world.as(world.rep).data(`query($deal: ID!, $call: ID!) {
    deal(id: $deal) { title contacts { role contact { fullName } } } activity(id: $call) {
      subject contact { fullName },
    }
  }`, { deal: deal.id, call: call.globalId });
  await world.as(world.manager).mutate('contactDelete', { id: contact.globalId, version: 1 });
  expect(await look())
    .toEqual({ deal: { title: 'Chairs', contacts: [] }, activity: { subject: 'An activity', contact: null } });
  await world.as(world.manager).done('contactRestore', { id: contact.globalId, version: 2 });
  const known = { fullName: 'Ada Gone' };
  expect(await look()).toEqual({
    deal: { title: 'Chairs', contacts: [{ role: 'buyer', contact: known }] }, activity: {
      subject: 'An activity', contact: known,
    },
  });
});

test('a version that is not the record\'s is reported, by restoring too', async () => {
  const contact = await world.aContact({ owner: world.rep });
  const wrong = { id: contact.globalId, version: 5 };
  expect((await world.as(world.manager).mutate('contactDelete', wrong)).userErrors)
    .toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 1 }]);
  await world.as(world.manager).mutate('contactDelete', { ...wrong, version: 1 });
  expect((await world.as(world.manager).mutate('contactRestore', wrong)).userErrors)
    .toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
  expect(await world.audited(contact.id)).toHaveLength(1);
});
