import { afterAll, beforeAll, expect, test } from 'vitest';
import { createContact } from '../../src/services/contact/create-contact.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a contact comes with its addresses, in their order, and the first of each kind is the primary one', async () => {
  const company = await world.aCompany({ name: 'Their firm' });
  const contact = await world.as(world.rep).done('contactCreate', {
    firstName: ' Ada ', lastName: 'Lovelace', jobTitle: 'Analyst', birthOn: '1990-12-10', notes: 'Likes numbers.',
    companyId: company.globalId,
    emails: [{ address: ' Ada@Example.com ', label: 'work' }, { address: 'ada@home.example' }],
    phones: [{ number: '+44 20 1234' }, { number: '+44 20 5678', isPrimary: true, label: ' ' }],
    addresses: [{ street: 'St James Square 12', postalCode: 'SW1Y', city: 'London', country: 'GB' }],
  }, `fullName jobTitle birthOn notes owner { name } company { name } emails { address label isPrimary }
      phones { number label isPrimary } addresses { street postalCode city region country label isPrimary }`);
  expect(contact).toEqual({
    fullName: 'Ada Lovelace', jobTitle: 'Analyst', birthOn: '1990-12-10', notes: 'Likes numbers.',
    owner: { name: 'Rep' },
    company: { name: 'Their firm' },
    emails: [
      { address: 'Ada@Example.com', label: 'work', isPrimary: true }, {
        address: 'ada@home.example', label: null, isPrimary: false,
      },
    ],
    phones: [
      { number: '+44 20 1234', label: null, isPrimary: false }, { number: '+44 20 5678', label: null, isPrimary: true },
    ],
    addresses: [{
      street: 'St James Square 12', postalCode: 'SW1Y', city: 'London', region: null, country: 'GB', label: null,
      isPrimary: true,
    }],
  });
});

test('a first or a last name is enough, none is not', async () => {
  expect(await world.as(world.rep).done('contactCreate', { lastName: 'Cher' }, 'fullName'))
    .toEqual({ fullName: 'Cher' });
  const { userErrors } = await world.as(world.rep).mutate('contactCreate', { firstName: ' ', lastName: null });
  expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'lastName'] }]);
});

test('everything that is wrong is said at once, and nothing is written', async () => {
  const before = await counts();
  const { record, userErrors } = await world.as(world.rep).mutate('contactCreate', {
    firstName: 'x'.repeat(201), birthOn: '2999-01-01', companyId: `company_${world.teams.north.id}`,
    emails: [
      { address: 'not an address', isPrimary: true }, { address: 'a@b.example' }, {
        address: 'A@B.example', isPrimary: true,
      },
    ],
    phones: [{ number: '1' }, { number: '+49 (40) 12' }, { number: '+494012' }],
    addresses: [
      { label: 'empty' }, { city: 'Rome', country: 'XX' }, { city: ' rome ', country: 'XX', label: 'y'.repeat(51) },
    ],
  });
  expect(record).toBeNull();
  expect(userErrors.map(({ code, path }) => `${code} ${path.slice(1).join('.')}`).sort()).toEqual([
    'INVALID_INPUT addresses.0.street', 'INVALID_INPUT addresses.1.country', 'INVALID_INPUT addresses.2',
    'INVALID_INPUT addresses.2.country', 'INVALID_INPUT addresses.2.label', 'INVALID_INPUT birthOn',
    'INVALID_INPUT emails.0.address', 'INVALID_INPUT emails.2.address', 'INVALID_INPUT emails.2.isPrimary',
    'INVALID_INPUT firstName', 'INVALID_INPUT phones.0.number', 'INVALID_INPUT phones.2.number', 'NOT_FOUND companyId',
  ]);
  expect(await counts()).toEqual(before);
});

test('a company that was deleted, or is another workspace\'s, is as absent as one that never was', async () => {
  const deleted = await world.aCompany({ deletedAt: new Date() });
  const foreign = await (await world.another()).aCompany();
  for (const companyId of [deleted.globalId, foreign.globalId, `company_${world.services.newId()}`]) {
    const { userErrors } = await world.as(world.owner).mutate('contactCreate', { lastName: 'X', companyId });
    expect(userErrors)
      .toEqual([{ code: 'NOT_FOUND', message: 'There is no such company.', path: ['input', 'companyId'] }]);
  }
});

test('a batch takes as many statements for fifty contacts as for two', async () => {
  const context = await world.contextOf(world.admin, 'IMPORT');
  const companies = await Promise.all(Array.from({ length: 5 }, () => world.aCompany()));
  const inputs = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({
    lastName: `Contact ${from + at}`, companyId: companies[at % 5]!.id,
    ownerId: [world.rep, world.southRep][at % 2]!.id,
    emails: [{ address: `c${from + at}@example.com` }], phones: [{ number: `+49 ${1000 + from + at}` }],
    addresses: [{ city: 'Bonn' }], externalReferences: [{ source: 'batch', key: String(from + at) }],
  }));
  const few = await world.statementsOf(() => createContact.runBatch(context, inputs(0, 2)));
  const many = await world.statementsOf(() => createContact.runBatch(context, inputs(2, 50)));
  expect(many).toBe(few);
  const [row] = await world.rows(
    `select count(*)::int as entries from audit_entry where noun = 'contact' and door = 'IMPORT'`);
  expect(row).toEqual({ entries: 52 });
});

test('values of the audit say whom they are about, lists included', async () => {
  const { id } = await world.as(world.rep).done('contactCreate', {
    lastName: 'Known', emails: [{ address: 'k@example.com' }],
  });
  const changes = await world.rows<{ field_name: string; after: unknown; about_noun: string }>(
    `select field_name, after, about_noun from audit_change where about_id = $1`, [id.replace('contact_', '')]);
  expect(changes).toEqual(expect.arrayContaining([
    { field_name: 'lastName', after: 'Known', about_noun: 'contact' },
    {
      field_name: 'emails', after: [{ address: 'k@example.com', label: null, isPrimary: true }], about_noun: 'contact',
    },
  ]));
});

async function counts() {
  return world.rows(`select (select count(*) from contact) as contacts, (select count(*) from contact_email) as emails,
    (select count(*) from audit_entry) as entries, (select count(*) from outbox_event) as events`);
}
