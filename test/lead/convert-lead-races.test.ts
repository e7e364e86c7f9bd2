import { afterAll, beforeAll, expect, test } from 'vitest';
import { secondServer } from '../support/second-server.ts';
import { type World, openWorld } from '../support/world.ts';
import { convert, everything, unconvert, words } from './conversions.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/** A client that comes again when the server says that there is too much going on. */
async function patiently(send: () => ReturnType<typeof convert>): ReturnType<typeof convert> {
  for (;;) {
    const answer = await send();
    if (!answer.errors.some(({ extensions }) => extensions?.code === 'OVERLOADED')) return answer;
  }
}

async function counts() {
  const [row] = await world.rows<{ companies: number; contacts: number; deals: number }>(
    `select (select count(*)::int from company) as companies, (select count(*)::int from contact) as contacts,
       (select count(*)::int from deal) as deals`);
  return row!;
}

test('fifty who convert a lead at once make one conversion, and all are told the same', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  await world.anActivity({ owner: world.rep, leadId: lead.id });
  const before = await counts();
  const people = [world.rep, world.manager, world.admin];
  const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => (
    patiently(() => convert(world, people[at % people.length]!, lead, { deal: { create: {} } })))));
  for (const { userErrors, errors } of answers) expect({ userErrors, errors }).toEqual({ userErrors: [], errors: [] });
  expect(new Set(answers.map(({ lead: after, plan }) => JSON.stringify([after, plan]))).size).toBe(1);
  expect(await counts()).toEqual({
    companies: before.companies + 1, contacts: before.contacts + 1, deals: before.deals + 1,
  });
  expect((await world.audited(lead.id)).map(({ did }) => did)).toEqual(['lead.convert']);
  expect(await world.rows('select 1 from stage_change where lead_id = $1', [lead.id])).toHaveLength(1);
});

test('two servers on one database convert a lead once', async () => {
  const other = await secondServer(world);
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => (
    patiently(() => convert(at % 2 === 0 ? world : { ...world, as: other.as }, world.rep, lead)))));
  expect(new Set(answers.map(({ lead: after, userErrors }) => JSON.stringify([after, userErrors]))).size).toBe(1);
  expect((await world.audited(lead.id)).map(({ did }) => did)).toEqual(['lead.convert']);
  await other.close();
});

test('whoever changes or deletes the lead meanwhile is first or is refused', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const [converted, updated, deleted] = await world.racing<unknown>(
    'lead', lead.id,
    () => convert(world, world.rep, lead),
    () => world.as(world.rep).mutate('leadUpdate', { id: lead.globalId, version: 1, title: 'Changed' }),
    () => world.as(world.admin).mutate('leadDelete', { id: lead.globalId, version: 1 }),
  ) as [Awaited<ReturnType<typeof convert>>, ...{ userErrors: { code: string }[] }[]];
  const codes = [converted, updated!, deleted!].map(({ userErrors }) => userErrors.map(({ code }) => code).join());
  // One of them is done; the others find another version, a lead in the bin, or a converted one.
  expect(codes.filter((code) => code === '')).toHaveLength(1);
  for (const code of codes) expect(['', 'VERSION_CONFLICT', 'NOT_FOUND', 'LEAD_CONVERTED']).toContain(code);
  const [row] = await world.rows(
    'select version, converted_at is not null as converted from lead where id = $1', [lead.id]);
  expect(row).toEqual({ version: 2, converted: codes[0] === '' });
});

test('of two leads that fill the same empty field at once, one fills it and the other is told of a conflict', async () => {
  const contact = await world.aContact({ owner: world.rep, firstName: 'Ana', lastName: 'Costa' });
  const leads = [
    await world.aLead({ owner: world.rep, ...everything, phone: '0151' }),
    await world.aLead({ owner: world.rep, ...everything, phone: '0152' }),
  ];
  const answers = await world.racing('contact', contact.id, ...leads.map((lead) => () => (
    convert(world, world.rep, lead, { contact: { id: contact.globalId } }))));
  for (const { userErrors } of answers) expect(userErrors).toEqual([]);
  const phones = answers.map(({ plan }) => [words(plan!.fills), words(plan!.conflicts)]
    .map((lines) => lines.includes('CONTACT.phones from phone')));
  expect(phones.sort()).toEqual([[false, true], [true, false]]);
  expect(await world.rows('select 1 from contact_phone where contact_id = $1', [contact.id])).toHaveLength(1);
  expect((await world.audited(contact.id)).map(({ did }) => did)).toEqual(['contact.update']);
});

test('a conversion and its taking back at once leave the lead whole', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  await convert(world, world.rep, lead);
  const contactOf = () => world.rows('select converted_contact_id as id, version from lead where id = $1', [lead.id]);
  const [first] = await contactOf();
  await Promise.all([
    ...Array.from({ length: 5 }, () => unconvert(world, world.rep, lead)),
    ...Array.from({ length: 5 }, () => convert(world, world.rep, lead, { version: 3 })),
  ]);
  const [after] = await contactOf();
  const [bin] = await world.rows('select deleted_at is not null as deleted from contact where id = $1', [first!.id]);
  expect(bin).toEqual({ deleted: true });
  // Taken back, and converted anew by those who came after: never two at once.
  expect(after!.version === 3 ? after!.id === null : after!.id !== null && after!.id !== first!.id).toBe(true);
});
