import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('what is named is changed and audited, what is absent stays', async () => {
  const lead = await world.aLead({ owner: world.rep, email: 'a@example.com', score: 10, notes: 'Old' });
  const changed = await world.as(world.rep).done('leadUpdate', {
    id: lead.globalId, version: 1, email: 'b@example.com', notes: null, amount: { amountMinor: '9900' },
    externalReferences: [{ source: 'form', key: '2' }],
  }, 'email score notes amount { amountMinor currency } externalReferences { key } version');
  expect(changed).toEqual({
    email: 'b@example.com', score: 10, notes: null, amount: { amountMinor: '9900', currency: 'EUR' },
    externalReferences: [{ key: '2' }], version: 2,
  });
  const [update] = await world.audited(lead.id);
  expect(update!.fields.sort()).toEqual(['amountMinor', 'email', 'externalReferences', 'notes']);
});

test('a lead changed meanwhile is reported with its version, and two writers do not overwrite each other', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const answers = await world.racing('lead', lead.id, ...[1, 2, 3].map((score) => () => world.as(world.rep).mutate(
    'leadUpdate', { id: lead.globalId, version: 1, score })));
  expect(answers.filter(({ record }) => record)).toHaveLength(1);
  expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
    { code: 'VERSION_CONFLICT', currentVersion: 2 }, { code: 'VERSION_CONFLICT', currentVersion: 2 }]);
});

test('a rep sees the companies but not the leads of others, and links accordingly', async () => {
  const company = await world.aCompany({ owner: world.southRep });
  const lead = await world.aLead({ owner: world.rep });
  await world.as(world.rep).done('leadUpdate', { id: lead.globalId, version: 1, companyId: company.globalId });
  const theirs = await world.aLead({ owner: world.southRep });
  const { userErrors } = await world.as(world.rep).mutate('leadUpdate', { id: theirs.globalId, version: 1, score: 1 });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
});

test('handing a lead over needs the right to assign, reach before, and a member who is there', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const gone = await world.aMember({ name: 'Gone' });
  await world.rows('update member set is_active = false where id = $1', [gone.id]);
  const hand = (member: typeof world.rep, receiver: string) => world.as(member).mutate<{ owner: { name: string } }>(
    'leadUpdate', { id: lead.globalId, version: 1, ownerId: `member_${receiver}` }, 'owner { name }');
  expect((await hand(world.manager, gone.id)).userErrors)
    .toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'ownerId'] }]);
  expect((await hand(world.rep, world.colleague.id)).userErrors).toMatchObject([{ code: 'NOT_PERMITTED' }]);
  expect((await hand(world.southManager, world.southRep.id)).userErrors)
    .toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
  // Out of the manager's reach afterwards, so the record itself is not shown any more.
  expect(await hand(world.manager, world.southRep.id)).toEqual({ record: null, userErrors: [], errors: [] });
  expect(await world.rows('select owner_id from lead where id = $1', [lead.id]))
    .toEqual([{ owner_id: world.southRep.id }]);
});
