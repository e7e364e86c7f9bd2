import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { type ConvertAnswer, type Line, convert, everything, unconvert } from './conversions.ts';

/*
 * Random leads into random targets by people of different rights. A trial changes nothing and tells what the call then
 * does, word for word; what is told is what the rows say; and taken back, everything is as it was.
 */
let world: World;
let people: WorldMember[];
beforeAll(async () => {
  world = await openWorld();
  // Reads and writes details of his own alone, in every noun.
  const sometimes = await world.aMember({ roles: [], teamId: world.teams.north.id });
  const [mine, core] = [['core', 'contactDetails', 'financial', 'internal'], ['core']];
  await world.grant(sometimes, [
    ...['lead', 'company', 'contact', 'deal', 'activity']
    .flatMap((noun) => ['read', 'create', 'update'].flatMap((verb) => [
      { noun, verb, reach: 'TEAM' as const, fieldGroups: core },
      { noun, verb, reach: 'OWN' as const, fieldGroups: mine },
    ])),
    { noun: 'lead', verb: 'convert', reach: 'TEAM' }, { noun: 'member', verb: 'read', reach: 'ANY' },
  ]);
  people = [world.rep, world.manager, world.admin, sometimes];
});
afterAll(() => world.close());

const fields = [
  'firstName', 'companyName', 'jobTitle', 'email', 'phone', 'city', 'country', 'amountMinor', 'source', 'notes',
] as const;
const target = fc.constantFrom('absent', 'none', 'new', 'there');
const conversions = fc.record({
  by: fc.nat(3),
  /** Whose lead it is, whose the records are that are there: the caller's own, or a colleague's of the team north. */
  leadOf: fc.constantFrom('own', 'rep', 'colleague'),
  recordsOf: fc.constantFrom('own', 'rep', 'colleague'),
  empty: fc.subarray([...fields]),
  company: target, contact: target, deal: target,
  /** What the records that are there have already. */
  has: fc.subarray([
    'city', 'country', 'jobTitle', 'emails', 'phones', 'notes', 'amount', 'source', 'company', 'contacts',
  ]),
  isSame: fc.boolean(),
  activities: fc.array(fc.record({ of: fc.constantFrom('own', 'rep', 'colleague'), isOpen: fc.boolean() }), {
    maxLength: 3,
  }),
});
type Conversion = typeof conversions extends fc.Arbitrary<infer T> ? T : never;

const tables = ['lead', 'company', 'contact', 'deal', 'activity', 'contact_email', 'contact_phone', 'contact_address',
  'deal_contact', 'stage_change', 'audit_entry', 'outbox_event', 'idempotency_key'];
async function everyRow(): Promise<unknown[]> {
  const found = [];
  for (const table of tables) {
    found.push(
      await world.rows(`select count(*), md5(string_agg(md5(t::text), '' order by md5(t::text))) from ${table} t`));
  }
  return found;
}

async function make({ by, leadOf, recordsOf, empty, has, isSame, activities }: Conversion) {
  const member = people[by]!;
  const whose = (of: string) => (of === 'own' ? member : of === 'rep' ? world.rep : world.colleague);
  const owner = whose(recordsOf);
  const value = (name: string, same: unknown, other: unknown) => (has.includes(name as 'city') ? (isSame ? same : other)
    : null);
  const lead = await world.aLead({
    owner: whose(leadOf), ...everything, ...Object.fromEntries(empty.map((field) => [field, null])),
  });
  const company = await world.aCompany({
    owner, name: 'Acme', city: value('city', 'Bonn', 'Köln') as string, country: value('country', 'DE', 'FR') as string,
  });
  const contact = await world.aContact({
    owner, firstName: 'Ana', lastName: 'Costa', jobTitle: value('jobTitle', 'Buyer', 'CTO') as string,
    notes: value('notes', everything.notes, 'Other') as string,
    companyId: has.includes('company') ? company.id : null,
  });
  for (const [table, column, same] of [
    ['contact_email', 'address', everything.email], ['contact_phone', 'number', everything.phone],
  ] as const) {
    const held = value(
      column === 'address' ? 'emails' : 'phones', same, column === 'address' ? 'other@acme.example' : '0151');
    if (held !== null) {
      await world.rows(
        `insert into ${table} (workspace_id, id, contact_id, ${column}, is_primary) values ($1, $2, $3, $4, true)`,
          [world.workspaceId, world.services.newId(), contact.id, held]);
    }
  }
  const deal = await world.aDeal({
    owner, amountMinor: value('amount', everything.amountMinor, 7n) as bigint,
    source: value('source', 'Fair', 'Mail') as string,
  });
  if (has.includes('contacts')) {
    await world.rows('insert into deal_contact (workspace_id, id, deal_id, contact_id) values ($1, $2, $3, $4)',
      [world.workspaceId, world.services.newId(), deal.id, contact.id]);
  }
  for (const { of, isOpen } of activities) {
    await world.anActivity({ owner: whose(of), leadId: lead.id, completedAt: isOpen ? null : new Date() });
  }
  return { member, lead, there: { company, contact, deal } };
}

function inputOf(conversion: Conversion, there: Record<'company' | 'contact' | 'deal', Built>): object {
  const input: Record<string, object | null> = {};
  for (const noun of ['company', 'contact', 'deal'] as const) {
    switch (conversion[noun]) {
      case 'absent': break;
      case 'none': input[noun] = null; break;
      case 'new': input[noun] = { create: {} }; break;
      default: input[noun] = { id: there[noun].globalId };
    }
  }
  return input;
}

/** The value at a place of the plan, as the rows have it. */
async function valueAt(ids: Record<string, string | undefined>, { target: noun, field }: Line): Promise<unknown> {
  const id = ids[noun]!;
  const of = async (text: string) => (await world.rows<{ value: unknown }>(text, [id])).map((row) => row.value);
  switch (field) {
    case 'emails': return of('select address as value from contact_email where contact_id = $1');
    case 'phones': return of('select number as value from contact_phone where contact_id = $1');
    case 'addresses': return of(
      "select concat_ws(' ', city, country) as value from contact_address where contact_id = $1");
    case 'contacts': return of('select contact_id as value from deal_contact where deal_id = $1 order by 1');
    case 'amount': return of('select amount_minor as value from deal where id = $1');
    case 'company': return of(`select company_id as value from ${noun.toLowerCase()} where id = $1`);
    default: return of(
      `select ${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} as value from ${noun.toLowerCase()} where id = $1`,
    );
  }
}

function idsOf({ lead }: ConvertAnswer): Record<string, string | undefined> {
  const id = (record: { id: string } | null) => record?.id.replace(/^[a-z]+_/, '');
  return { COMPANY: id(lead!.convertedCompany), CONTACT: id(lead!.convertedContact), DEAL: id(lead!.convertedDeal) };
}

test('a trial changes nothing and tells what then happens; what is told is so; and it can be taken back', async () => {
  let done = 0;
  await fc.assert(fc.asyncProperty(conversions, async (conversion) => {
    const { member, lead, there } = await make(conversion);
    const input = inputOf(conversion, there);
    const before = await everyRow();
    const trial = await convert(world, member, lead, { ...input, dryRun: true });
    expect(await everyRow()).toEqual(before);
    const state = await contents();
    const real = await convert(world, member, lead, input);
    expect({ plan: real.plan, userErrors: real.userErrors, errors: real.errors })
      .toEqual({ plan: trial.plan, userErrors: trial.userErrors, errors: trial.errors });
    if (!real.plan) {
      expect(real.userErrors.length + real.errors.length).toBeGreaterThan(0);
      expect(await everyRow()).toEqual(before);
      return;
    }
    done += 1;
    const ids = idsOf(real);
    for (const line of real.plan.fills) expect(await valueAt(ids, line), JSON.stringify(line)).not.toEqual([null]);
    for (const line of [...real.plan.conflicts, ...real.plan.left]) {
      if (real.plan.creates.includes(line.target)) expect([[], [null]]).toContainEqual(await valueAt(ids, line));
    }
    const back = await unconvert(world, member, lead);
    expect(back.userErrors).toEqual([]);
    expect(await contents()).toEqual(state);
  }), { numRuns: 25, seed: 20261125 });
  expect(done).toBeGreaterThan(8);

  /** What can be read of what is not in the bin, versions and dates aside. */
  async function contents(): Promise<unknown[]> {
    const found = [];
    for (const table of ['lead', 'company', 'contact', 'deal', 'activity']) {
      found.push(await world.rows(
        `select to_jsonb(t) - '{version,updated_at,stage_entered_at}'::text[] as row from ${table} t where deleted_at is null order by id`));
    }
    for (const [table, parent] of [
      ['contact_email', 'contact'], ['contact_phone', 'contact'], ['contact_address', 'contact'],
      ['deal_contact', 'deal'],
    ]) {
      found.push(await world.rows(
        `select to_jsonb(t) - 'id' as row from ${table} t join ${parent} p on p.id = t.${parent}_id and p.deleted_at is null
           order by p.id, t.position, t::text`));
    }
    return found;
  }
});
