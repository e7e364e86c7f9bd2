import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type World, type WorldGrant, type WorldMember, openWorld } from '../support/world.ts';
import { convert, everything, words } from './conversions.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/** Grants as lines: noun, verbs, reach, field groups. */
function grants(text: string): WorldGrant[] {
  return text.split('\n').filter((each) => each.trim()).flatMap((each) => {
    const [noun, verbs, reach, ...fieldGroups] = each.trim().split(/\s+/);
    return verbs!.split(',').map((verb) => (
      { noun: noun!, verb, reach: reach!
        .toUpperCase() as WorldGrant['reach'], fieldGroups: ['core', ...fieldGroups] }));
  });
}

async function somebody(text: string, teamId = world.teams.north.id): Promise<WorldMember> {
  const member = await world.aMember({ roles: [], teamId });
  await world.grant(member, grants(`${text}
    member   read  any
    stage    read  any`));
  return member;
}

const all = 'contactDetails financial internal';
const uuid = (globalId: string) => globalId.replace(/^[a-z]+_/, '');

describe('what the converter may not read', () => {
  /** Reads the team's leads, and of his own everything; of all else everything. */
  const sometimes = `
    lead     read,convert        team
    lead     read                own   ${all}
    company  read,create,update  any   ${all}
    contact  read,create,update  any   ${all}
    deal     read,create,update  any   ${all}`;

  async function made(contactId: string, dealId: string) {
    const [contact] = await world.rows(
      `select (select count(*)::int from contact_email where contact_id = $1) as emails,
         (select count(*)::int from contact_phone where contact_id = $1) as phones`, [uuid(contactId)]);
    const [deal] = await world.rows('select amount_minor, source, notes from deal where id = $1', [uuid(dealId)]);
    return { ...contact, ...deal };
  }

  test('does not travel into a record that he may read, and is told by the right that he lacks', async () => {
    const member = await somebody(sometimes);
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { lead: after, plan, userErrors } = await convert(world, member, lead, { deal: { create: {} } });
    expect(userErrors).toEqual([]);
    expect(await made(after!.convertedContact!.id, after!.convertedDeal!.id))
      .toEqual({ emails: 0, phones: 0, amount_minor: null, source: null, notes: null });
    expect(plan!.left.map(({ target, field, permission }) => `${target}.${field}: ${permission}`).sort()).toEqual([
      'CONTACT.emails: lead.contactDetails', 'CONTACT.phones: lead.contactDetails', 'DEAL.amount: lead.financial',
      'DEAL.notes: lead.internal', 'DEAL.source: lead.internal',
    ]);
    expect(words(plan!.fills).filter((each) => /email|phone|amount|source|notes/.test(each))).toEqual([]);
  });

  test('is told the same whether there is something or not', async () => {
    const member = await somebody(sometimes);
    const [full, empty] = [
      await world.aLead({ owner: world.rep, ...everything }),
      await world.aLead({
        owner: world.rep, ...everything, email: null, phone: null, amountMinor: null, source: null, notes: null,
      }),
    ];
    const plans = [];
    for (const lead of [full, empty]) plans.push((await convert(world, member, lead, { deal: { create: {} } })).plan);
    expect(plans[0]).toEqual(plans[1]);
  });

  test('travels from leads of his own, which he may read', async () => {
    const member = await somebody(sometimes);
    const lead = await world.aLead({ owner: member, ...everything });
    const { lead: after, plan } = await convert(world, member, lead, { deal: { create: {} } });
    expect(plan!.left).toEqual([]);
    expect(await made(after!.convertedContact!.id, after!.convertedDeal!.id))
      .toEqual({ emails: 1, phones: 1, amount_minor: '125000', source: 'Fair', notes: 'Wants them by spring.' });
  });

  test('does not travel by a share of less than the whole either', async () => {
    // Shared leads bring the groups that he holds for leads under any reach: here none but core.
    const member = await somebody(sometimes.replace(/lead +read +own.*\n/, ''));
    const lead = await world.aLead({ owner: world.southRep, ...everything });
    await world.as(world.admin).data(
      'mutation($input: RecordShareInput!) { recordShare(input: $input) { userErrors { code } } }',
      { input: { recordId: lead.globalId, memberId: `member_${member.id}`, level: 'EDIT' } });
    // A share gives reading and updating, never converting.
    expect((await convert(world, member, lead)).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'id'] },
    ]);
  });

  test('of a record that is there is neither filled nor told', async () => {
    // May write contact details of all contacts, and read those of his own.
    const member = await somebody(`
      lead     read,convert  any   ${all}
      contact  read,update   any
      contact  update        any   contactDetails internal
      contact  read          own   contactDetails`);
    const answers = [];
    for (const phones of [0, 1]) {
      const contact = await world.aContact({ owner: world.rep, firstName: 'Ana', lastName: 'Costa' });
      if (phones) {
        await world.rows(`insert into contact_phone (workspace_id, id, contact_id, number) values ($1, $2, $3, '0151')`,
          [world.workspaceId, world.services.newId(), contact.id]);
      }
      const lead = await world.aLead({ owner: member, ...everything });
      const { plan, userErrors } = await convert(world, member, lead, {
        company: null, contact: { id: contact.globalId },
      });
      answers.push({ plan, userErrors });
      expect(await world.rows('select number from contact_phone where contact_id = $1', [contact.id]))
        .toHaveLength(phones);
      expect(await world.rows('select 1 from contact_email where contact_id = $1', [contact.id])).toEqual([]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]!.plan!.left.map(({ target, field, permission }) => `${target}.${field}: ${permission}`).sort())
      .toEqual(['CONTACT.emails: contact.contactDetails', 'CONTACT.notes: contact.internal',
        'CONTACT.phones: contact.contactDetails']);
    // Where somebody lives is read by all, the street excepted.
    expect(words(answers[0]!.plan!.fills))
      .toEqual(['CONTACT.addresses from city', 'CONTACT.addresses from country', 'CONTACT.jobTitle from jobTitle']);
  });

  test('a link to a record that he cannot see is no link to him', async () => {
    const member = await somebody(`
      lead     read,convert         any   ${all}
      contact  read,create,update   any   ${all}
      company  read,create          own   ${all}`);
    const hidden = await world.aCompany({ owner: world.rep });
    const [linked, free] = [await world.aContact({ companyId: hidden.id }), await world.aContact()];
    const answers = [];
    for (const contact of [linked, free]) {
      const lead = await world.aLead({ owner: member, ...everything, companyId: hidden.id });
      const { plan, lead: after, userErrors } = await convert(world, member, lead, {
        contact: { id: contact.globalId },
      });
      answers.push({ plan, userErrors, company: after?.convertedCompany?.name });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ userErrors: [], company: 'Acme' });
    // Taken back, the contact works where it did, unseen.
    const [lead] = await world.rows<{ id: string }>('select id from lead where converted_contact_id = $1', [linked.id]);
    await world.as(member).done('leadUnconvert', { id: `lead_${lead!.id}`, version: 2 });
    expect(await world.rows('select company_id from contact where id = $1', [linked.id])).toEqual([{
      company_id: hidden.id,
    }]);
  });
});

describe('what the converter may not write', () => {
  test('is left out of new records and told, not dropped in silence', async () => {
    const member = await somebody(`
      lead     read,convert  any   ${all}
      company  read,create   any
      contact  read,create   any   contactDetails
      deal     read,create   any   internal`);
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { plan, lead: after, userErrors } = await convert(world, member, lead, { deal: { create: {} } });
    expect(userErrors).toEqual([]);
    expect(plan!.left).toEqual([{ target: 'DEAL', field: 'amount', from: 'amount', permission: 'deal.financial' }]);
    expect(await world.rows('select amount_minor, source from deal where id = $1', [uuid(after!.convertedDeal!.id)]))
      .toEqual([{ amount_minor: null, source: 'Fair' }]);
  });

  test('may depend on whose the new record is', async () => {
    const member = await somebody(`
      lead     read,convert  any   ${all}
      contact  read,create   any
      contact  create        own   contactDetails`);
    const lefts = [];
    for (const ownerId of [world.rep.id, member.id]) {
      const lead = await world.aLead({ owner: world.rep, ...everything });
      const { plan } = await convert(world, member, lead, { company: null, ownerId: `member_${ownerId}` });
      lefts.push(plan!.left.map(({ field, permission }) => `${field}: ${permission}`).sort());
    }
    expect(lefts).toEqual([
      ['addresses: contact.contactDetails', 'addresses: contact.contactDetails', 'emails: contact.contactDetails',
        'notes: contact.internal', 'phones: contact.contactDetails'],
      ['notes: contact.internal'],
    ]);
  });

  test('and names himself is refused: at the gate where no record would do, else by the record', async () => {
    const member = await somebody(`
      lead     read,convert  any   ${all}
      contact  read,create   any
      contact  create        own   internal`);
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const never = await convert(world, member, lead, {
      company: null, contact: { create: { phones: [{ number: '0151' }] } },
    });
    expect(never.errors).toMatchObject([{
      extensions: { code: 'FORBIDDEN', field: 'input.contact.create.phones', permission: 'contact.contactDetails' },
    }]);
    const notHere = await convert(world, member, lead, { company: null, contact: { create: { notes: 'Mine' } } });
    expect(notHere.userErrors).toMatchObject([
      { code: 'NOT_PERMITTED', path: ['input', 'contact', 'create', 'notes'] },
    ]);
  });

  test('at all is said of the record that it is about', async () => {
    const member = await somebody(`
      lead     read,convert  any   ${all}
      contact  read,create   any   ${all}`);
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const company = await world.aCompany();
    expect((await convert(world, member, lead, { deal: { create: {} } })).userErrors
      .map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
        'NOT_PERMITTED input.company', 'NOT_PERMITTED input.deal',
      ]);
    expect((await convert(world, member, lead, { company: { id: company.globalId } })).userErrors)
      .toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'company', 'id'] }]);
  });

  test('for somebody else\'s reach needs the right to assign', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { userErrors } = await convert(world, world.rep, lead, { ownerId: `member_${world.southRep.id}` });
    expect(userErrors.map(({ code, path }) => `${code} ${path.join('.')}`))
      .toEqual(['NOT_PERMITTED input.ownerId', 'NOT_PERMITTED input.ownerId']);
    expect((await convert(world, world.manager, lead, { ownerId: `member_${world.southRep.id}` })).userErrors)
      .toEqual([]);
  });
});

test('an API key converts as far as its own grants go, in its member\'s name', async () => {
  const grant = (noun: string, verb: string, reach: string) => ({ noun, verb, reach, fieldGroups: ['core'] });
  const keyWith = async (...list: object[]) => {
    const { apiKeyCreate } = await world.as(world.admin)
      .data<{ apiKeyCreate: { token: string; userErrors: object[] } }>(
        'mutation($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { token userErrors { code message } } }',
        { input: { name: `Key ${world.services.newId()}`, grants: list } });
    expect(apiKeyCreate.userErrors).toEqual([]);
    return { ...world.admin, token: apiKeyCreate.token };
  };
  const reads = [grant('lead', 'read', 'ANY'), grant('contact', 'read', 'ANY'), grant('member', 'read', 'ANY')];
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const reader = await convert(world, await keyWith(...reads), lead);
  expect(reader.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'lead.convert' } }]);
  const key = await keyWith(...reads, grant('lead', 'convert', 'ANY'), grant('contact', 'create', 'ANY'));
  expect((await convert(world, key, lead)).userErrors).toMatchObject([
    { code: 'NOT_PERMITTED', path: ['input', 'company'] },
  ]);
  const { lead: after, plan } = await convert(world, key, lead, { company: null });
  expect(after!.convertedBy).toEqual({ name: 'Admin' });
  expect(plan!.left.map(({ field, permission }) => `${field}: ${permission}`)).toContain('emails: lead.contactDetails');
  expect(await world.rows('select 1 from contact_email where contact_id = $1', [uuid(after!.convertedContact!.id)]))
    .toEqual([]);
  expect(await world.rows('select api_key_id is not null as by_key from stage_change where lead_id = $1', [lead.id]))
    .toEqual([{ by_key: true }]);
});

test('who asks again is told of fields that he can read himself, and of records that he can see', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const { plan } = await convert(world, world.rep, lead, { deal: { create: {} } });
  const member = await somebody(`
    lead     read,convert  team  financial
    contact  read          any
    deal     read          team  financial`);
  const again = await convert(world, member, lead);
  expect(again.plan!.creates).toEqual(['CONTACT', 'DEAL']);
  expect(words(again.plan!.fills)).toEqual(words(plan!.fills).filter((each) => (
    /^(CONTACT|DEAL)/.test(each) && !/email|phone|notes|source/.test(each))));
  expect(again.lead).toMatchObject({ convertedCompany: null, convertedContact: { fullName: 'Ana Costa' } });
});

test('by each of the built-in roles, with leads of their own reach', async () => {
  const answered = async (member: WorldMember, owner: WorldMember) => {
    const { userErrors, errors } = await convert(world, member, await world.aLead({ owner, ...everything }), {
      deal: { create: {} },
    });
    return [...userErrors.map(({ code }) => code), ...errors.map(({ extensions }) => extensions?.code)].join()
      || 'done';
  };
  const { owner, admin, manager, rep, viewer, colleague, southRep } = world;
  const found = [];
  for (const member of [owner, admin, manager, rep, viewer]) {
    const words = [];
    for (const whose of [rep, colleague, southRep]) words.push(await answered(member, whose));
    found.push(words);
  }
  expect(found).toEqual([
    ['done', 'done', 'done'], ['done', 'done', 'done'], ['done', 'done', 'NOT_FOUND'],
    ['done', 'NOT_FOUND', 'NOT_FOUND'],
    ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  ]);
});
