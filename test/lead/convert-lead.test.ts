import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, openWorld } from '../support/world.ts';
import { convert, everything, unconvert, words } from './conversions.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const uuid = (globalId: string) => globalId.replace(/^[a-z]+_/, '');

describe('into new records', () => {
  test('a lead becomes a company, a contact and a deal, and each field goes where it belongs', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { lead: after, plan, userErrors, errors } = await convert(world, world.rep, lead, { deal: { create: {} } });
    expect({ userErrors, errors }).toEqual({ userErrors: [], errors: [] });
    expect(after).toMatchObject({
      version: 2, stage: { name: 'Converted' }, closedAt: expect.any(String), convertedAt: expect.any(String),
      convertedBy: { name: 'Rep' }, convertedCompany: { name: 'Acme' }, convertedContact: { fullName: 'Ana Costa' },
      convertedDeal: { title: 'Pumps for the plant' },
    });
    expect(plan).toMatchObject({
      creates: ['COMPANY', 'CONTACT', 'DEAL'], conflicts: [], left: [], moves: [], stays: [],
    });
    expect(words(plan!.fills)).toEqual([
      'COMPANY.city from city', 'COMPANY.country from country', 'COMPANY.name from companyName',
      'CONTACT.company from company', 'CONTACT.emails from email', 'CONTACT.firstName from firstName',
      'CONTACT.jobTitle from jobTitle', 'CONTACT.lastName from lastName', 'CONTACT.phones from phone',
      'DEAL.amount from amount', 'DEAL.company from company', 'DEAL.contacts from contact', 'DEAL.notes from notes',
      'DEAL.source from source', 'DEAL.title from title',
    ]);
    const made = await world.as(world.rep).data(`{
      company(id: "${after!.convertedCompany!.id}") { name city country owner { name } convertedLeads { nodes { title } } }
      contact(id: "${after!.convertedContact!.id}") { fullName jobTitle notes emails { address isPrimary } phones { number }
        addresses { city } company { name } owner { name } convertedLeads { nodes { title } } }
      deal(id: "${after!.convertedDeal!.id}") { title amount { amountMinor currency } source notes company { name }
        contacts { contact { fullName } } owner { name } stage { name } stageChanges { toStage { name } }
        convertedLeads { nodes { title } } }
    }`);
    const back = { nodes: [{ title: 'Pumps for the plant' }] };
    expect(made).toEqual({
      company: { name: 'Acme', city: 'Bonn', country: 'DE', owner: { name: 'Rep' }, convertedLeads: back },
      contact: {
        fullName: 'Ana Costa', jobTitle: 'Buyer', notes: null,
        emails: [{ address: 'ana@acme.example', isPrimary: true }],
        phones: [{ number: '+49 30 1234' }], addresses: [], company: { name: 'Acme' }, owner: { name: 'Rep' },
        convertedLeads: back,
      },
      deal: {
        title: 'Pumps for the plant', amount: { amountMinor: '125000', currency: 'EUR' }, source: 'Fair',
        notes: 'Wants them by spring.', company: { name: 'Acme' }, contacts: [{ contact: { fullName: 'Ana Costa' } }],
        owner: { name: 'Rep' }, stage: { name: 'Prospecting' }, stageChanges: [{ toStage: { name: 'Prospecting' } }],
        convertedLeads: back,
      },
    });
  });

  test('each record has one audit entry and one event, by the command that wrote it, and the ledger has the lead\'s move', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything, stage: 'Qualified' });
    const { lead: after } = await convert(world, world.rep, lead, { deal: { create: {} } });
    const ids = [lead.globalId, after!.convertedCompany!.id, after!.convertedContact!.id, after!.convertedDeal!.id]
      .map(uuid);
    const did = [];
    for (const id of ids) did.push((await world.audited(id)).map((entry) => entry.did));
    expect(did).toEqual([['lead.convert'], ['company.create'], ['contact.create'], ['deal.create']]);
    expect(
      await world.rows('select type, record_version from outbox_event where record_id = any($1) order by type', [ids]))
      .toEqual([
        { type: 'company.create', record_version: 1 }, { type: 'contact.create', record_version: 1 },
        { type: 'deal.create', record_version: 1 }, { type: 'lead.convert', record_version: 2 },
      ]);
    const { stages } = world.pipelines.lead;
    expect(await world.rows('select from_stage_id, to_stage_id from stage_change where lead_id = $1', [lead.id]))
      .toEqual([{ from_stage_id: stages.Qualified, to_stage_id: stages.Converted }]);
  });

  test('what the caller says himself goes before what the lead says; null leaves it empty', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { lead: after, plan } = await convert(world, world.rep, lead, {
      company: { create: { name: 'Acme GmbH', domain: 'acme.example', city: null } },
      contact: { create: { emails: [{ address: 'office@acme.example' }], phones: null } },
      deal: {
        create: { title: 'Ten pumps', amount: { amountMinor: '5', currency: 'USD' }, expectedCloseOn: '2027-01-31' },
      },
    });
    expect(await world.as(world.rep).data(`{
      company(id: "${after!.convertedCompany!.id}") { name domain city country }
      contact(id: "${after!.convertedContact!.id}") { emails { address } phones { number } }
      deal(id: "${after!.convertedDeal!.id}") { title amount { amountMinor currency } expectedCloseOn contacts { contact { fullName } } }
    }`)).toEqual({
      company: { name: 'Acme GmbH', domain: 'acme.example', city: null, country: 'DE' },
      contact: { emails: [{ address: 'office@acme.example' }], phones: [] },
      deal: {
        title: 'Ten pumps', amount: { amountMinor: '5', currency: 'USD' }, expectedCloseOn: '2027-01-31',
        contacts: [{ contact: { fullName: 'Ana Costa' } }],
      },
    });
    expect(words(plan!.fills).filter((each) => /name|emails|phones|title|amount|city/.test(each)))
      .toEqual([]);
  });

  test('a person without a company becomes a contact, who gets the place as an address and the notes', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything, companyName: null });
    const { lead: after, plan } = await convert(world, world.rep, lead);
    expect(after).toMatchObject({ convertedCompany: null, convertedDeal: null });
    expect(plan!.creates).toEqual(['CONTACT']);
    expect(await world.as(world.rep).data(`{ contact(id: "${after!.convertedContact!.id}") {
      notes addresses { city country } company { name } } }`))
      .toEqual({
        contact: { notes: 'Wants them by spring.', addresses: [{ city: 'Bonn', country: 'DE' }], company: null },
      });
  });

  test('a lead without any name must be told what it becomes', async () => {
    const lead = await world.aLead({ owner: world.rep });
    const nothing = await convert(world, world.rep, lead);
    expect(nothing.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'contact'] }]);
    const nameless = await convert(world, world.rep, lead, { contact: { create: {} } });
    expect(nameless.userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'contact', 'create', 'lastName'] },
    ]);
    const named = await convert(world, world.rep, lead, { contact: { create: { lastName: 'Costa' } } });
    expect(named.lead!.convertedContact!.fullName).toBe('Costa');
  });

  test('new records belong to the lead\'s owner, or to whom the caller says; a lead of nobody needs somebody named', async () => {
    const owners = (ids: (string | undefined)[]) => world.rows<{ owner: string }>(
      `select owner_id as owner from company where id = any($1) union all select owner_id from contact where id = any($1)`,
      [ids.map((id) => uuid(id!))]);
    const mine = await convert(world, world.manager, await world.aLead({ owner: world.rep, ...everything }));
    expect(await owners([mine.lead!.convertedCompany!.id, mine.lead!.convertedContact!.id]))
      .toEqual([{ owner: world.rep.id }, { owner: world.rep.id }]);

    const nobodys = await world.aLead({ teamId: world.teams.north.id, ...everything });
    const unnamed = await convert(world, world.manager, nobodys);
    expect(unnamed.userErrors.map(({ code, path }) => [code, path.join('.')])).toEqual([
      ['INVALID_INPUT', 'input.ownerId'], ['INVALID_INPUT', 'input.ownerId']]);
    const named = await convert(world, world.manager, nobodys, {
      ownerId: `member_${world.rep.id}`, contact: { create: { ownerId: `member_${world.colleague.id}` } },
    });
    expect(await owners([named.lead!.convertedCompany!.id, named.lead!.convertedContact!.id]))
      .toEqual([{ owner: world.rep.id }, { owner: world.colleague.id }]);
  });
});

describe('into records that are there', () => {
  test('only what is empty is filled, what had another value is told, and what was the same is no matter', async () => {
    const company = await world.aCompany({ owner: world.rep, name: 'ACME', country: 'FR' });
    const contact = await world.aContact({ owner: world.rep, firstName: 'Ana', lastName: 'Costa' });
    await world.rows(
      `insert into contact_phone (workspace_id, id, contact_id, number, is_primary) values ($1, $2, $3, '0151', true)`,
      [world.workspaceId, world.services.newId(), contact.id]);
    const deal = await world.aDeal({ owner: world.rep, title: 'Big one', source: 'Mail' });
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { lead: after, plan, userErrors } = await convert(world, world.rep, lead, {
      company: { id: company.globalId }, contact: { id: contact.globalId, version: 1 }, deal: { id: deal.globalId },
    });
    expect(userErrors).toEqual([]);
    expect(after).toMatchObject({
      convertedCompany: { id: company.globalId }, convertedContact: { id: contact.globalId },
      convertedDeal: { id: deal.globalId },
    });
    expect(plan!.creates).toEqual([]);
    expect(words(plan!.fills)).toEqual([
      'COMPANY.city from city', 'CONTACT.company from company', 'CONTACT.emails from email',
      'CONTACT.jobTitle from jobTitle', 'DEAL.amount from amount', 'DEAL.company from company',
      'DEAL.contacts from contact', 'DEAL.notes from notes',
    ]);
    expect(words(plan!.conflicts)).toEqual([
      'COMPANY.country from country', 'CONTACT.phones from phone', 'DEAL.source from source', 'DEAL.title from title',
    ]);
    expect(await world.as(world.rep).data(`{
      company(id: "${company.globalId}") { name city country version }
      contact(id: "${contact.globalId}") { jobTitle phones { number } emails { address } company { name } version }
      deal(id: "${deal.globalId}") { title source notes amount { amountMinor } contacts { contact { fullName } } version }
    }`)).toEqual({
      company: { name: 'ACME', city: 'Bonn', country: 'FR', version: 2 },
      contact: {
        jobTitle: 'Buyer', phones: [{ number: '0151' }], emails: [{ address: 'ana@acme.example' }],
        company: { name: 'ACME' },
        version: 2,
      },
      deal: {
        title: 'Big one', source: 'Mail', notes: 'Wants them by spring.', amount: { amountMinor: '125000' },
        contacts: [{ contact: { fullName: 'Ana Costa' } }], version: 2,
      },
    });
    const did = [];
    for (const { id } of [company, contact, deal]) did.push((await world.audited(id)).map((entry) => entry.did));
    expect(did).toEqual([['company.update'], ['contact.update'], ['deal.update']]);
  });

  test('a record that gets nothing stays as it is', async () => {
    const company = await world.aCompany({ owner: world.rep, name: 'Acme' });
    const lead = await world.aLead({ owner: world.rep, companyName: 'Acme', lastName: 'Costa' });
    await convert(world, world.rep, lead, { company: { id: company.globalId } });
    expect(await world.rows('select version from company where id = $1', [company.id])).toEqual([{ version: 1 }]);
    expect(await world.audited(company.id)).toEqual([]);
  });

  test('people who are in a deal already stay in it, and nobody is in it twice', async () => {
    const [known, other] = [
      await world.aContact({ owner: world.rep }), await world.aContact({ owner: world.rep, lastName: 'Other' }),
    ];
    const deal = await world.aDeal({ owner: world.rep });
    for (const [position, { id }] of [other, known].entries()) {
      await world.rows(
        `insert into deal_contact (workspace_id, id, deal_id, contact_id, role, position) values ($1, $2, $3, $4, 'buyer', $5)`,
        [world.workspaceId, world.services.newId(), deal.id, id, position]);
    }
    const people = `{ deal(id: "${deal.globalId}") { contacts { role contact { id } } } }`;
    const before = await world.as(world.rep).data(people);
    const first = await world.aLead({ owner: world.rep, lastName: 'Costa' });
    await convert(world, world.rep, first, { contact: { id: known.globalId }, deal: { id: deal.globalId } });
    expect(await world.as(world.rep).data(people)).toEqual(before);
    const second = await convert(world, world.rep, await world.aLead({ owner: world.rep, lastName: 'New' }), {
      deal: { id: deal.globalId },
    });
    const { deal: { contacts } } = await world.as(world.rep).data<{ deal: { contacts: object[] } }>(people);
    expect(contacts).toEqual([
      ...(before.deal as { contacts: object[] }).contacts,
      { role: null, contact: { id: second.lead!.convertedContact!.id } }]);
  });

  test('an amount in another currency is another value, and is not taken over', async () => {
    const deal = await world.aDeal({ owner: world.rep, currency: 'USD' });
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { plan } = await convert(world, world.rep, lead, { deal: { id: deal.globalId } });
    expect(words(plan!.conflicts)).toContain('DEAL.amount from amount');
    expect(await world.rows('select amount_minor, currency from deal where id = $1', [deal.id]))
      .toEqual([{ amount_minor: null, currency: 'USD' }]);
  });

  test('the company that a lead belongs to is what it becomes; where it may not be changed it is linked to, no more', async () => {
    const mine = await world.aCompany({ owner: world.rep, name: 'Mine' });
    const theirs = await world.aCompany({ owner: world.southRep, name: 'Theirs' });
    const [intoMine, intoTheirs] = [
      await convert(world, world.rep, await world.aLead({ owner: world.rep, ...everything, companyId: mine.id })),
      await convert(world, world.rep, await world.aLead({ owner: world.rep, ...everything, companyId: theirs.id })),
    ];
    expect(intoMine.lead!.convertedCompany!.name).toBe('Mine');
    expect(intoTheirs.lead!.convertedCompany).toBeNull();
    const ids = [intoMine, intoTheirs].map(({ lead }) => lead!.convertedContact!.id);
    expect(
      await world.as(world.rep).data(`{ nodes(ids: ["${ids.join('", "')}"]) { ... on Contact { company { name } } } }`))
      .toEqual({ nodes: [{ company: { name: 'Mine' } }, { company: { name: 'Theirs' } }] });
    expect(await world.audited(theirs.id)).toEqual([]);
  });

  test('records with the same address or domain are suggested, among those whose address can be read', async () => {
    const [mine, theirs] = [world.rep, world.southRep];
    for (const [owner, lastName] of [[mine, 'Mine'], [theirs, 'Theirs']] as const) {
      const contact = await world.aContact({ owner, firstName: null, lastName });
      await world.rows(
        `insert into contact_email (workspace_id, id, contact_id, address, is_primary) values ($1, $2, $3, 'same@suggested.example', true)`,
        [world.workspaceId, world.services.newId(), contact.id]);
    }
    await world.aCompany({ owner: theirs, name: 'Suggested', domain: 'suggested.example' });
    const lead = await world.aLead({ owner: mine, lastName: 'Same', email: 'Same@Suggested.example' });
    const { suggestions, lead: after } = await convert(world, mine, lead, { dryRun: true }, 'suggestions');
    // A company's domain is read by all; of the other contact a rep reads the name, not the address.
    expect(suggestions).toEqual({ companies: [{ name: 'Suggested' }], contacts: [{ fullName: 'Mine' }] });
    expect(after!.convertedAt).toBeNull();
  });
});

describe('activities', () => {
  test('open ones go on with the contact and the deal, or the company; closed ones stay with the lead', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const on = { owner: world.rep, leadId: lead.id };
    const soon = new Date(Date.now() + 86_400_000);
    const other = await world.aDeal({ owner: world.rep, title: 'Another deal' });
    await world.anActivity({ ...on, kind: 'TASK', subject: 'open task' });
    await world.anActivity({ ...on, kind: 'TASK', subject: 'task of another deal', dealId: other.id });
    await world.anActivity({ ...on, kind: 'TASK', subject: 'done task', completedAt: new Date() });
    await world.anActivity({ ...on, kind: 'MEETING', subject: 'coming meeting', happensAt: soon });
    await world.anActivity({ ...on, kind: 'CALL', subject: 'past call', happensAt: new Date(0) });
    await world.anActivity({ ...on, kind: 'NOTE', subject: 'note' });
    await world.anActivity({ ...on, kind: 'TASK', subject: 'deleted task', deletedAt: new Date() });
    const { plan, lead: after } = await convert(world, world.rep, lead, { deal: { create: {} } });
    expect(plan!.moves!.map(({ subject }) => subject)).toEqual(['open task', 'task of another deal', 'coming meeting']);
    expect(plan!.stays).toEqual([]);
    const subjects =
      'activities(orderBy: [{ field: CREATED_AT }]) { nodes { subject deal { title } company { name } lead { title } } }';
    const { contact, lead: left } = await world.as(world.rep).data<Record<string, {
      activities: { nodes: { subject: string }[] };
    }>>(
      `{ contact(id: "${after!.convertedContact!.id}") { ${subjects} } lead(id: "${lead.globalId}") { ${subjects} } }`);
    expect(contact!.activities.nodes).toEqual([
      { subject: 'open task', deal: { title: everything.title }, company: null, lead: null },
      { subject: 'task of another deal', deal: { title: 'Another deal' }, company: null, lead: null },
      { subject: 'coming meeting', deal: { title: everything.title }, company: null, lead: null },
    ]);
    expect(left!.activities.nodes.map(({ subject }) => subject)).toEqual(['done task', 'past call', 'note']);
  });

  test('one that the caller may not change stays with the lead and is told; one that he cannot see is not', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const theirs = await world.anActivity({ owner: world.colleague, leadId: lead.id, subject: 'of a colleague' });
    const mine = await world.anActivity({ owner: world.rep, leadId: lead.id, subject: 'mine' });
    const { plan } = await convert(world, world.rep, lead);
    expect([plan!.moves, plan!.stays]).toEqual([[{ subject: 'mine' }], [{ subject: 'of a colleague' }]]);
    expect(await world.rows(
      'select id, lead_id, version from activity where id = any($1) order by id', [[theirs.id, mine.id]]))
      .toEqual([{ id: theirs.id, lead_id: lead.id, version: 1 }, { id: mine.id, lead_id: null, version: 2 }]);
    expect(await world.audited(mine.id)).toEqual([
      { by: 'Rep', did: 'activity.update', fields: expect.arrayContaining(['leadId', 'contactId', 'companyId']) }]);

    // Who reads no activities at all.
    const clerk = await world.aMember({ roles: [] });
    await world.grant(clerk, [
      ...['read', 'convert'].map((verb) => ({ noun: 'lead', verb, reach: 'ANY' as const })),
      ...['read', 'create']
      .flatMap((verb) => ['company', 'contact'].map((noun) => ({ noun, verb, reach: 'ANY' as const }))),
      { noun: 'member', verb: 'read', reach: 'ANY' },
    ]);
    const other = await world.aLead({ owner: world.rep, ...everything });
    await world.anActivity({ owner: world.rep, leadId: other.id });
    const answer = await convert(world, clerk, other);
    expect(answer.userErrors).toEqual([]);
    expect([answer.plan!.moves, answer.plan!.stays]).toEqual([null, null]);
    expect(await world.rows('select 1 from activity where lead_id = $1', [other.id])).toHaveLength(1);
  });
});

describe('what stands against it is told at once, and nothing is written', () => {
  async function rowsBefore() {
    const [counts] = await world.rows(
      `select (select count(*) from company) as companies, (select count(*) from contact) as contacts,
         (select count(*) from deal) as deals, (select count(*) from audit_entry) as entries`);
    return counts;
  }

  test('problems of each record have the path that they have in the input', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const before = await rowsBefore();
    const { lead: after, plan, userErrors } = await convert(world, world.rep, lead, {
      company: { create: { name: ' ', country: 'Germany' } },
      contact: { create: { emails: [{ address: 'no address' }], companyId: `company_${world.services.newId()}` } },
      deal: { create: { stageId: `stage_${world.pipelines.deal.stages.Won}`, probability: 200 } },
      stageId: `stage_${world.pipelines.lead.stages.Disqualified}`,
    });
    expect({ after, plan }).toEqual({ after: null, plan: null });
    expect(userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
      'INVALID_INPUT input.company.create.country', 'INVALID_INPUT input.company.create.name',
      'INVALID_INPUT input.contact.create.emails.0.address', 'INVALID_INPUT input.deal.create.probability',
      'INVALID_INPUT input.stageId', 'NOT_FOUND input.contact.create.companyId',
      'NOT_PERMITTED input.deal.create.stageId',
    ]);
    expect(await rowsBefore()).toEqual(before);
    expect(await world.rows('select version, converted_at from lead where id = $1', [lead.id]))
      .toEqual([{ version: 1, converted_at: null }]);
  });

  test('a record that is not there, is out of reach or may not be changed is one answer', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const company = await world.aCompany({ owner: world.southRep });
    const contact = await world.aContact({ owner: world.colleague });
    const deal = await world.aDeal({ owner: world.colleague });
    const asked = async (ids: string[]) => (await convert(world, world.rep, lead, {
      company: { id: `company_${ids[0]}` }, contact: { id: `contact_${ids[1]}` }, deal: { id: `deal_${ids[2]}` },
    })).userErrors;
    const absent = await asked([1, 2, 3].map(() => world.services.newId()));
    expect(absent.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
      'NOT_FOUND input.company.id', 'NOT_FOUND input.contact.id', 'NOT_FOUND input.deal.id']);
    expect(await asked([company.id, contact.id, deal.id])).toEqual(absent);
  });

  test('versions are compared, the lead\'s and those that are given of others', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const old = await convert(world, world.rep, lead, { version: 7 });
    expect(old.userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['input', 'version'] }]);
    const contact = await world.aContact({ owner: world.rep });
    const stale = await convert(world, world.rep, lead, { contact: { id: contact.globalId, version: 7 } });
    expect(stale.userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['input', 'contact', 'version'] }]);
    const both = await convert(world, world.rep, lead, { contact: { id: contact.globalId, create: {} } });
    expect(both.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'contact'] }]);
  });

  test('the lead goes only where its pipeline leads to, into a stage that means won', async () => {
    const { stages, id: pipelineId } = world.pipelines.lead;
    await world.rows(
      'insert into stage_transition (workspace_id, pipeline_id, from_stage_id, to_stage_id) values ($1, $2, $3, $4)',
      [world.workspaceId, pipelineId, stages.Contacted, stages.Qualified]);
    const lead = await world.aLead({ owner: world.rep, ...everything, stage: 'Contacted' });
    expect((await convert(world, world.rep, lead)).userErrors)
      .toMatchObject([{ code: 'STAGE_NOT_ALLOWED', path: ['input', 'stageId'] }]);
    const won = await world.aLead({ owner: world.rep, ...everything, stage: 'Converted' });
    expect((await convert(world, world.rep, won)).lead).toMatchObject({ stage: { name: 'Converted' }, version: 2 });
    expect(await world.rows('select 1 from stage_change where lead_id = $1', [won.id])).toEqual([]);
  });
});

describe('the stages\' rules bind', () => {
  async function rule(stageId: string, columns: string): Promise<() => Promise<unknown>> {
    await world.rows(`update stage set ${columns} where id = '${stageId}'`);
    return () =>
      world.rows(`update stage set required_fields = '{}', is_reason_required = false where id = '${stageId}'`);
  }
  const codes = ({ userErrors }: Awaited<ReturnType<typeof convert>>) =>
    userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);

  test('the new deal where it begins: what the stage asks for comes with the lead, or from the caller', async () => {
    const stop = await rule(world.pipelines.deal.stages.Prospecting!, `required_fields = '{amount,expectedCloseOn}'`);
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const asked = await convert(world, world.rep, lead, { deal: { create: {} } });
    expect(codes(asked)).toEqual(['STAGE_REQUIREMENTS_MISSING input.deal.create.stageId']);
    expect(asked.userErrors[0]!.message).toContain('expectedCloseOn');
    const given = await convert(world, world.rep, lead, { deal: { create: { expectedCloseOn: '2027-01-31' } } });
    expect(given.userErrors).toEqual([]);
    await stop();
  });

  test('the lead where it goes: fields, a reason of the stage, or a bypass by who may, which the ledger keeps', async () => {
    const { Converted } = world.pipelines.lead.stages;
    await world.rows(
      `insert into stage_reason (workspace_id, id, stage_id, name, position) values ($1, $2, $3, 'Fair', 0)`,
        [world.workspaceId, world.services.newId(), Converted]);
    const stop = await rule(Converted!, `required_fields = '{score}', is_reason_required = true`);
    const lead = await world.aLead({ owner: world.rep, ...everything });
    expect(codes(await convert(world, world.rep, lead))).toEqual(['STAGE_REQUIREMENTS_MISSING input.stageId']);
    expect(codes(await convert(world, world.rep, lead, { stageReason: 'No such' })))
      .toEqual(['STAGE_REQUIREMENTS_MISSING input.stageId', 'INVALID_INPUT input.stageReason']);
    expect(codes(await convert(world, world.rep, lead, { reason: 'In a hurry' })))
      .toEqual(['STAGE_REQUIREMENTS_MISSING input.stageId', 'NOT_PERMITTED input.reason']);
    const scored = await world.aLead({ owner: world.rep, ...everything, score: 5 });
    expect(codes(await convert(world, world.rep, scored, { stageReason: 'Fair' }))).toEqual([]);
    expect(codes(await convert(world, world.admin, lead, { reason: 'In a hurry' }))).toEqual([]);
    expect(await world.rows(
      'select reason, against_rules_reason from stage_change where lead_id = any($1) order by reason',
      [[lead.id, scored.id]]))
      .toEqual([{ reason: 'Fair', against_rules_reason: null }, { reason: null, against_rules_reason: 'In a hurry' }]);
    await stop();
  });

  test('a lead that was lost is converted by who may reopen it, and is lost again when that is taken back', async () => {
    const lead = await world.aLead({
      owner: world.rep, ...everything, stage: 'Disqualified', lossReason: 'No budget', closedAt: new Date(0),
    });
    expect(codes(await convert(world, world.rep, lead))).toEqual(['NOT_PERMITTED input.stageId']);
    expect((await convert(world, world.manager, lead)).lead).toMatchObject({ stage: { name: 'Converted' } });
    expect((await unconvert(world, world.manager, lead)).lead).toMatchObject({
      stage: { name: 'Disqualified' }, closedAt: new Date(0).toISOString(),
    });
    expect(await world.rows('select loss_reason from lead where id = $1', [lead.id])).toEqual([{
      loss_reason: 'No budget',
    }]);
  });
});

describe('once', () => {
  test('a second call, whatever it asks for, changes nothing and answers as the first', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    await world.anActivity({ owner: world.rep, leadId: lead.id, subject: 'open' });
    const first = await convert(world, world.rep, lead, { deal: { create: {} } });
    const again = await convert(world, world.rep, lead, { deal: { create: {} } });
    expect(again).toEqual(first);
    const other = await convert(world, world.rep, lead, {
      contact: { create: { lastName: 'Somebody else' } }, version: 2,
    });
    expect(other).toEqual(first);
    expect(await convert(world, world.rep, lead, { dryRun: true })).toEqual(first);
    expect(await world.rows('select 1 from lead where id = $1 and version = 2', [lead.id])).toHaveLength(1);
    expect((await world.audited(lead.id)).map(({ did }) => did)).toEqual(['lead.convert']);
  });

  test('the same key gets the same answer, and another input with it is refused', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const key = { idempotencyKey: 'convert once' };
    // A trial leaves no trace, its key neither.
    expect((await convert(world, world.rep, lead, { ...key, dryRun: true })).userErrors).toEqual([]);
    const first = await convert(world, world.rep, lead, key);
    expect(await convert(world, world.rep, lead, key)).toEqual(first);
    expect((await convert(world, world.rep, lead, { ...key, deal: { create: {} } })).userErrors)
      .toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  test('in its batch form each lead is converted or refused for itself', async () => {
    const { convertLead } = await import('../../src/services/lead/convert-lead.ts');
    const [good, bad, other] = [
      await world.aLead({ owner: world.rep, ...everything }), await world.aLead({ owner: world.rep }),
      await world.aLead({ owner: world.rep, ...everything }),
    ];
    const results = await convertLead.runBatch(
      await world.contextOf(world.rep, 'IMPORT'), [good, bad, other].map(({ id }) => ({ id, version: 1 })));
    expect(results.map(({ recordId, userErrors }) => recordId ?? userErrors[0]!.code)).toEqual([
      good.id, 'INVALID_INPUT', other.id,
    ]);
    expect(await world.rows(
      'select id from lead where converted_at is not null and id = any($1)', [[good.id, bad.id, other.id]]))
      .toHaveLength(2);
    expect(await world.rows('select door from stage_change where lead_id = $1', [good.id])).toEqual([{
      door: 'IMPORT',
    }]);
  });
});

describe('a converted lead', () => {
  test('is read-only, and each refusal leads to what it became', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { lead: after } = await convert(world, world.rep, lead);
    const tag = await world.aTag();
    const address = { id: lead.globalId, version: 2 };
    const calls: [string, object][] = [
      ['leadUpdate', { ...address, title: 'Another' }],
      ['leadMove', { ...address, stageId: `stage_${world.pipelines.lead.stages.New}` }],
      ['leadDelete', address],
      ['tagAdd', { recordId: lead.globalId, tagIds: [tag.globalId] }],
    ];
    for (const [name, input] of calls) {
      const data = await world.as(world.admin).data<Record<string, { userErrors: object[] }>>(
        mutationOf(name, `userErrors { code ... on LeadConverted {
          lead { convertedCompany { id } convertedContact { id } convertedDeal { id } } } }`), { input });
      expect(data[name]!.userErrors, name).toEqual([{
        code: 'LEAD_CONVERTED',
        lead: {
          convertedCompany: { id: after!.convertedCompany!.id }, convertedContact: { id: after!.convertedContact!.id },
          convertedDeal: null,
        },
      }]);
    }
    expect(await world.rows('select version from lead where id = $1', [lead.id])).toEqual([{ version: 2 }]);
  });

  test('says so to its viewers: of what they may do to it, sharing it and taking the conversion back are left', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const asked = () => world.as(world.admin).data<{ lead: { viewerCan: Record<string, boolean> } }>(
      `{ lead(id: "${lead.globalId}") { viewerCan { update move close assign delete convert share } } }`);
    expect(Object.values((await asked()).lead.viewerCan)).toEqual(Array(7).fill(true));
    await convert(world, world.rep, lead);
    expect((await asked()).lead.viewerCan).toEqual({
      update: false, move: false, close: false, assign: false, delete: false, convert: true, share: true,
    });
  });

  test('can be found by what it became, and lists tell it from those that are still leads', async () => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    const { lead: after } = await convert(world, world.rep, lead);
    const data = await world.as(world.rep).data<{ became: { nodes: object[] }; open: { nodes: { id: string }[] } }>(`{
      became: leads(where: { convertedCompanyId: { eq: "${after!.convertedCompany!.id}" } }) { nodes { id } }
      open: leads(first: 100, where: { convertedAt: { isNull: true } }) { nodes { id } } }`);
    expect(data.became.nodes).toEqual([{ id: lead.globalId }]);
    expect(data.open.nodes.map(({ id }) => id)).not.toContain(lead.globalId);
  });
});

test('no row can be half of a conversion, whoever writes it', async () => {
  const contact = await world.aContact();
  const lead = await world.aLead({ owner: world.rep, stage: 'New' });
  const closed = await world.aLead({ owner: world.rep, stage: 'Converted', closedAt: new Date() });
  const whole =
    `converted_at = now(), converted_by_id = '${world.rep.id}', conversion = '{}', converted_contact_id = '${contact.id}'`;
  const write = (id: string, set: string) => world.rows(`update lead set ${set} where id = '${id}'`);
  await expect(write(closed.id, 'converted_at = now()')).rejects.toThrow('lead_conversion_check');
  await expect(write(closed.id, `converted_contact_id = '${contact.id}'`)).rejects.toThrow('lead_conversion_check');
  await expect(write(closed.id, whole.replace(/, converted_contact_id.*/, ''))).rejects
    .toThrow('lead_conversion_check');
  // In a stage that does not mean won.
  await expect(write(lead.id, `${whole}, closed_at = now()`)).rejects.toThrow('lead_converted_stage_fkey');
  await write(closed.id, whole);
  await expect(write(closed.id, 'deleted_at = now()')).rejects.toThrow('lead_conversion_check');
  await expect(write(closed.id, `stage_id = '${world.pipelines.lead.stages.New}'`)).rejects
    .toThrow('lead_converted_stage_fkey');
  await expect(write(closed.id, 'closed_at = null')).rejects.toThrow('lead_conversion_check');
});

test('the number of statements does not depend on how many activities, people and conflicts there are', async () => {
  const count = async (many: number) => {
    const lead = await world.aLead({ owner: world.rep, ...everything });
    for (let at = 0; at < many; at += 1) {
      await world.anActivity({ owner: world.rep, leadId: lead.id, subject: `task ${at}` });
    }
    const statements = await world.statementsOf(() => convert(world, world.rep, lead, { deal: { create: {} } }));
    const back = await world.statementsOf(() => world.as(world.rep).done('leadUnconvert', {
      id: lead.globalId, version: 2,
    }));
    return { statements, back };
  };
  const one = await count(1);
  expect(await count(20)).toEqual(one);
  expect(one.statements).toBeLessThan(75);
  expect(one.back).toBeLessThan(60);
});
