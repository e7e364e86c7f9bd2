import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';
import { convert, everything, unconvert } from './conversions.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const uuid = (globalId: string) => globalId.replace(/^[a-z]+_/, '');

/** Everything that the database holds of these records, but for what every write leaves behind. */
async function state(...ids: string[]): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const table of ['lead', 'company', 'contact', 'deal', 'activity']) {
    found[table] = await world.rows(
      `select to_jsonb(t) - '{version,updated_at,stage_entered_at}'::text[] as row from ${table} t
         where id = any($1) order by id`, [ids]);
  }
  for (const [table, key] of [['contact_email', 'contact_id'], ['contact_phone', 'contact_id'],
    ['contact_address', 'contact_id'], ['deal_contact', 'deal_id']] as const) {
    found[table] = await world.rows(
      `select to_jsonb(t) - 'id' as row from ${table} t where ${key} = any($1) order by ${key}, position`, [ids]);
  }
  return found;
}

test('what was made goes into the bin, what was filled is emptied, and all else is as it was', async () => {
  const company = await world.aCompany({ owner: world.rep, name: 'ACME' });
  const deal = await world.aDeal({ owner: world.rep });
  const known = await world.aContact({ owner: world.rep });
  await world.rows(
    `insert into deal_contact (workspace_id, id, deal_id, contact_id, role) values ($1, $2, $3, $4, 'buyer')`,
    [world.workspaceId, world.services.newId(), deal.id, known.id]);
  const lead = await world.aLead({ owner: world.rep, ...everything, stage: 'Qualified' });
  const task = await world.anActivity({ owner: world.rep, leadId: lead.id });
  const ids = [lead, company, deal, known, task].map(({ id }) => id);
  const before = await state(...ids);
  const done = await convert(world, world.rep, lead, {
    company: { id: company.globalId }, deal: { id: deal.globalId },
  });
  expect(await state(...ids)).not.toEqual(before);

  const { lead: after, userErrors, errors } = await unconvert(world, world.rep, lead);
  expect({ userErrors, errors }).toEqual({ userErrors: [], errors: [] });
  expect(after).toMatchObject({
    version: 3, stage: { name: 'Qualified' }, closedAt: null, convertedAt: null, convertedContact: null,
  });
  expect(await state(...ids)).toEqual(before);
  const contactId = uuid(done.lead!.convertedContact!.id);
  const [made] = await world.rows(
    'select deleted_at, deleted_in_batch_id, version from contact where id = $1', [contactId]);
  expect(made).toEqual({ deleted_at: expect.any(Date), deleted_in_batch_id: expect.any(String), version: 2 });
  const did: string[] = [];
  for (const id of [lead.id, company.id, deal.id, contactId, task.id]) {
    did.push((await world.audited(id)).map((entry) => entry.did).join(' '));
  }
  expect(did).toEqual([
    'lead.convert lead.unconvert', 'company.update company.update', 'deal.update deal.update',
    'contact.create contact.delete', 'activity.update activity.update',
  ]);
  const ledger = await world.rows<{ to: string }>(
    'select s.name as to from stage_change c join stage s on s.id = c.to_stage_id where lead_id = $1 order by c.id',
    [lead.id]);
  expect(ledger.map(({ to }) => to)).toEqual(['Converted', 'Qualified']);
});

test('a conversion that was taken back can be made again', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const first = await convert(world, world.rep, lead, { deal: { create: {} } });
  await unconvert(world, world.rep, lead);
  // There is nothing to take back any more.
  expect((await unconvert(world, world.rep, lead)).lead).toMatchObject({ version: 3, convertedAt: null });
  const second = await convert(world, world.rep, lead, { version: 3, deal: { create: {} } });
  expect(second.lead).toMatchObject({ version: 4, stage: { name: 'Converted' } });
  expect(second.lead!.convertedDeal!.id).not.toBe(first.lead!.convertedDeal!.id);
});

test('all reasons against it are told at once, and nothing is taken back', async () => {
  const contact = await world.aContact({ owner: world.rep });
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const task = await world.anActivity({ owner: world.rep, leadId: lead.id });
  const { lead: after } = await convert(world, world.rep, lead, {
    contact: { id: contact.globalId }, deal: { create: {} },
  });
  const company = after!.convertedCompany!.id;
  const api = world.as(world.rep);
  await api.done('contactUpdate', { id: contact.globalId, version: 2, jobTitle: 'Director' });
  await api.done('activityComplete', { id: task.globalId, version: 2 });
  await world.aContact({ owner: world.rep, companyId: uuid(company) });
  await world.aDeal({ owner: world.rep, companyId: uuid(company) });
  await world.anActivity({ owner: world.rep, dealId: uuid(after!.convertedDeal!.id) });
  const { lead: nothing, userErrors } = await unconvert(world, world.rep, lead);
  expect(nothing).toBeNull();
  expect(userErrors.map(({ code, path, part, reason, count }) => ({ code, path, part, reason, count }))).toEqual([
    { part: 'COMPANY', reason: 'IN_USE', count: 2 }, { part: 'CONTACT', reason: 'CHANGED', count: null },
    { part: 'DEAL', reason: 'IN_USE', count: 1 }, { part: 'ACTIVITY', reason: 'CHANGED', count: 1 },
  ].map((each) => ({ code: 'CONVERSION_SETTLED', path: ['input', 'id'], ...each })));
  expect(await world.rows('select version from lead where id = $1 and converted_at is not null', [lead.id])).toEqual([{
    version: 2,
  }]);
});

test.each([
  ['a move of the deal', (lead: Converted) => world.as(world.rep).done(
    'dealMove', { id: lead.convertedDeal!.id, version: 1, stageId: `stage_${world.pipelines.deal.stages.Proposal}` })],
  ['a tag on the company', async (lead: Converted) => world.as(world.admin).data(
    `mutation($input: TagAddInput!) { tagAdd(input: $input) { userErrors { code } } }`,
    { input: { recordId: lead.convertedCompany!.id, tagIds: [(await world.aTag()).globalId] } })],
  ['the contact in the bin', (lead: Converted) => world.as(world.admin).mutate(
    'contactDelete', { id: lead.convertedContact!.id, version: 1 })],
  ['another lead that became the same contact', async (lead: Converted) => convert(
    world, world.rep, await world.aLead({ owner: world.rep, lastName: 'Costa', firstName: 'Ana' }),
    { contact: { id: lead.convertedContact!.id } })],
  ['a deal that the contact has a part in', async (lead: Converted) => {
    const deal = await world.aDeal({ owner: world.rep });
    await world.rows('insert into deal_contact (workspace_id, id, deal_id, contact_id) values ($1, $2, $3, $4)',
      [world.workspaceId, world.services.newId(), deal.id, uuid(lead.convertedContact!.id)]);
  }],
  ['a subsidiary of the company', (lead: Converted) => world.aCompany({
    owner: world.rep, parentId: uuid(lead.convertedCompany!.id),
  })],
  ['a lead of the company', (lead: Converted) => world.aLead({
    owner: world.rep, companyId: uuid(lead.convertedCompany!.id),
  })],
])('%s stands against it', async (_what, touch) => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const { lead: after } = await convert(world, world.rep, lead, { deal: { create: {} } });
  await touch(after!);
  expect((await unconvert(world, world.rep, lead)).userErrors.map(({ code }) => code)).toContain('CONVERSION_SETTLED');
});
type Converted = NonNullable<Awaited<ReturnType<typeof convert>>['lead']>;

test('what hangs on a record and cannot be seen is not told, and stays', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const { lead: after } = await convert(world, world.rep, lead);
  const theirs = await world.aDeal({ owner: world.southRep, companyId: uuid(after!.convertedCompany!.id) });
  expect((await unconvert(world, world.rep, lead)).userErrors).toEqual([]);
  expect(await world.rows('select version, company_id from deal where id = $1', [theirs.id]))
    .toEqual([{ version: 1, company_id: uuid(after!.convertedCompany!.id) }]);
});

test('whoever could convert it takes it back, and nobody else', async () => {
  async function converted(owner: WorldMember): Promise<Built> {
    const lead = await world.aLead({ owner, ...everything });
    await convert(world, owner, lead);
    return lead;
  }
  const codes = async (member: WorldMember, lead: Built) => {
    const { userErrors, errors } = await unconvert(world, member, lead);
    return [
      ...userErrors.map(({ code, reason }) => reason ?? code), ...errors.map(({ extensions }) => extensions?.code),
    ];
  };
  expect(await codes(world.manager, await converted(world.rep))).toEqual([]);
  expect(await codes(world.admin, await converted(world.rep))).toEqual([]);
  expect(await codes(world.colleague, await converted(world.rep))).toEqual(['NOT_FOUND']);
  expect(await codes(world.southManager, await converted(world.rep))).toEqual(['NOT_FOUND']);
  expect(await codes(world.viewer, await converted(world.rep))).toEqual(['FORBIDDEN']);
  // Handed to somebody else, what the lead became is out of the rep's reach; it is his lead all the same.
  const lead = await world.aLead({ owner: world.rep, ...everything });
  const { lead: after } = await convert(world, world.rep, lead);
  await world.rows('update contact set owner_id = $2 where id = $1', [
    uuid(after!.convertedContact!.id), world.southRep.id,
  ]);
  expect(await codes(world.rep, lead)).toEqual(['OUT_OF_REACH']);
});

test('of those who take it back at once one does, and a second call is harmless', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything });
  await convert(world, world.rep, lead, { deal: { create: {} } });
  const answers = await Promise.all(Array.from({ length: 10 }, () => unconvert(world, world.rep, lead)));
  for (const { lead: after, userErrors } of answers) {
    expect([after?.version, userErrors]).toEqual([3, []]);
  }
  expect((await world.audited(lead.id)).map(({ did }) => did)).toEqual(['lead.convert', 'lead.unconvert']);
});

test('a pipeline that changes takes its converted leads along, and they can be taken back all the same', async () => {
  const lead = await world.aLead({ owner: world.rep, ...everything, stage: 'Contacted' });
  await convert(world, world.rep, lead);
  const { id, stages: { New, Contacted, Qualified, Converted, Disqualified } } = world.pipelines.lead;
  const { pipelineChange } = await world.as(world.admin).data<{ pipelineChange: { userErrors: object[] } }>(
    `mutation($input: PipelineChangeInput!) { pipelineChange(input: $input) { userErrors { code path message } } }`,
    { input: { id: `pipeline_${id}`, version: 1, stages: [
      ...[New, Contacted, Qualified].map((stage) => ({ id: `stage_${stage}` })),
      { name: 'Customer', status: 'WON', probability: 100, takesFromIds: [`stage_${Converted}`] },
      { id: `stage_${Disqualified}` },
    ] } });
  expect(pipelineChange.userErrors).toEqual([]);
  const moved = await world.as(world.rep).data<{ lead: { version: number } }>(
    `{ lead(id: "${lead.globalId}") { version stage { name } convertedContact { fullName } } }`);
  expect(moved.lead).toMatchObject({ stage: { name: 'Customer' }, convertedContact: { fullName: 'Ana Costa' } });
  const back = await unconvert(world, world.rep, lead, { version: moved.lead.version });
  expect(back.lead).toMatchObject({ stage: { name: 'Contacted' }, convertedAt: null });
});
