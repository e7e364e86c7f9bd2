import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

async function aContact(lists: object = {}): Promise<{ id: string; version: number }> {
  return world.as(world.rep).done('contactCreate', { firstName: 'Ada', lastName: 'Lovelace', ...lists });
}

test('what is named is changed, what is absent stays, null takes away', async () => {
  const contact = await aContact({ jobTitle: 'Analyst', notes: 'Old', birthOn: '1990-12-10' });
  const changed = await world.as(world.rep).done(
    'contactUpdate', { ...contact, lastName: 'King', notes: null }, 'fullName jobTitle notes birthOn version');
  expect(changed)
    .toEqual({ fullName: 'Ada King', jobTitle: 'Analyst', notes: null, birthOn: '1990-12-10', version: 2 });
  const [, update] = await world.audited(contact.id);
  expect(update)
    .toEqual({ by: 'Rep', did: 'contact.update', fields: expect.arrayContaining(['lastName', 'fullName', 'notes']) });
  expect(update!.fields).not.toContain('jobTitle');
});

test('lists are replaced as a whole; a list that is absent stays', async () => {
  const contact = await aContact({
    emails: [{ address: 'a@example.com' }, { address: 'b@example.com' }], phones: [{ number: '+49 1' }],
  });
  const changed = await world.as(world.rep).done(
    'contactUpdate', {
      ...contact, emails: [{ address: 'b@example.com' }, { address: 'c@example.com', isPrimary: true }],
    },
    'emails { address isPrimary } phones { number }');
  expect(changed).toEqual({
    emails: [{ address: 'b@example.com', isPrimary: false }, { address: 'c@example.com', isPrimary: true }],
    phones: [{ number: '+49 1' }],
  });
  const [, update] = await world.audited(contact.id);
  expect(update!.fields).toEqual(['emails']);
});

test('the last name cannot be taken from a contact without a first name', async () => {
  const contact = await aContact();
  const { version } = await world.as(world.rep).done('contactUpdate', { ...contact, firstName: null });
  const { userErrors } = await world.as(world.rep).mutate('contactUpdate', { id: contact.id, version, lastName: '' });
  expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'lastName'] }]);
});

test('a contact changed meanwhile is reported with its version, not overwritten', async () => {
  const contact = await aContact();
  await world.as(world.rep).done('contactUpdate', { ...contact, jobTitle: 'First' });
  const late = await world.as(world.rep).mutate('contactUpdate', {
    ...contact, jobTitle: 'Second', emails: [{ address: 'x@example.com' }],
  });
  expect(late).toMatchObject({
    record: null, userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'version'], currentVersion: 2 }],
  });
  expect(await read(contact.id, 'jobTitle emails { address }')).toEqual({ jobTitle: 'First', emails: [] });
});

test('of two writers with the same version one writes, and the other writes nothing, lists neither', async () => {
  const contact = await aContact({ emails: [{ address: 'old@example.com' }] });
  const answers = await world.racing('contact', contact.id, ...['one', 'two', 'three', 'four'].map((name) => () => (
    world.as(world.rep).mutate<{ jobTitle: string }>(
      'contactUpdate', { ...contact, jobTitle: name, emails: [{ address: `${name}@example.com` }] }, 'jobTitle'))));
  const winners = answers.filter(({ record }) => record);
  expect(winners).toHaveLength(1);
  for (const { userErrors } of answers.filter(({ record }) => !record)) expect(userErrors).toMatchObject(
    [{ code: 'VERSION_CONFLICT' }]
  );
  const { jobTitle } = winners[0]!.record!;
  expect(await read(contact.id, 'jobTitle version emails { address }'))
    .toEqual({ jobTitle, version: 2, emails: [{ address: `${jobTitle}@example.com` }] });
  expect(await world.audited(contact.id)).toHaveLength(2);
});

test('the same key changes once: all who send it at the same moment get the same answer', async () => {
  const contact = await aContact();
  const input = { ...contact, jobTitle: 'Keyed', idempotencyKey: 'update once' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.as(world.rep).mutate('contactUpdate', input))
  );
  for (const answer of answers) expect(answer).toEqual({
    record: { id: contact.id, version: 2 }, userErrors: [], errors: [],
  });
  expect(await world.audited(contact.id)).toHaveLength(2);
});

test('a colleague\'s contact can be read, not changed; out of reach answers like absent', async () => {
  const contact = await world.aContact({ owner: world.colleague });
  const input = { id: contact.globalId, version: 1, jobTitle: 'Mine now' };
  const absent = { id: `contact_${world.services.newId()}`, version: 1, jobTitle: 'Nobody\'s' };
  const answers = [
    await world.as(world.rep).mutate('contactUpdate', input), await world.as(world.rep).mutate('contactUpdate', absent),
  ];
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]!.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
});

test('a rep cannot give a contact away; a manager hands it to anybody, but not what another team has', async () => {
  const contact = await aContact();
  const handing = { ...contact, ownerId: `member_${world.southRep.id}` };
  expect((await world.as(world.rep).mutate('contactUpdate', handing)).userErrors)
    .toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'ownerId'] }]);
  const given = await world.as(world.manager).done<{ owner: { name: string }; version: number }>(
    'contactUpdate', handing, 'owner { name } version'
  );
  expect(given.owner).toEqual({ name: 'South Rep' });
  const back = { id: contact.id, version: given.version, ownerId: `member_${world.rep.id}` };
  expect((await world.as(world.manager).mutate('contactUpdate', back)).userErrors)
    .toMatchObject([{ code: 'NOT_FOUND' }]);
  await world.as(world.southManager).done('contactUpdate', back);
});

test('who may not write street addresses does not replace the list that they are in', async () => {
  const member = await world.aMember({ roles: [], teamId: world.teams.north.id });
  await world.grant(member, [
    { noun: 'contact', verb: 'read', reach: 'TEAM' }, { noun: 'contact', verb: 'update', reach: 'TEAM' },
    { noun: 'contact', verb: 'update', reach: 'OWN', fieldGroups: ['contactDetails'] },
  ]);
  const contact = await aContact({ addresses: [{ street: 'Kai 1', city: 'Kiel' }] });
  const update = { ...contact, addresses: [{ city: 'Bonn' }], emails: [] };
  const { userErrors } = await world.as(member).mutate('contactUpdate', update);
  expect(userErrors.map(({ code, path }) => `${code} ${path[1]}`).sort())
    .toEqual(['NOT_PERMITTED addresses', 'NOT_PERMITTED emails']);
  const own = await world.aContact({ owner: member });
  await world.as(member).done('contactUpdate', { ...update, id: own.globalId });
});

test('external ids can be moved between contacts, in the order that keeps them unique', async () => {
  const reference = { source: 'crm', key: '7' };
  const [from, to] = [await aContact({ externalReferences: [reference] }), await aContact()];
  const early = await world.as(world.rep).mutate('contactUpdate', { ...to, externalReferences: [reference] });
  expect(early.userErrors).toMatchObject([{ code: 'TAKEN', path: ['input', 'externalReferences', '0', 'key'] }]);
  await world.as(world.rep).done('contactUpdate', {
    ...from, externalReferences: [reference, { source: 'crm', key: '8' }],
  });
  await world.as(world.rep).done('contactUpdate', { id: from.id, version: 2, externalReferences: [] });
  await world.as(world.rep).done('contactUpdate', { ...to, externalReferences: [reference] });
});

async function read(id: string, selection: string) {
  const { contact } = await world.as(world.rep).data<{ contact: unknown }>(
    `query($id: ID!) { contact(id: $id) { ${selection} } }`, { id });
  return contact;
}
