import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLead } from '../../src/services/lead/create-lead.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

test('a lead begins in the first open stage of the pipeline for leads, and the ledger says so', async () => {
  const company = await world.aCompany({ name: 'Known already' });
  const lead = await world.as(world.rep).done('leadCreate', {
    title: ' Wants chairs ', firstName: 'Ada', lastName: 'Lovelace', companyName: 'Engines Ltd', jobTitle: 'Analyst',
    email: ' ada@example.com ', phone: '+44 1', city: 'London', country: 'GB', source: 'Fair', notes: 'Call back.',
    score: 70,
    amount: { amountMinor: '5000', currency: 'GBP' }, companyId: company.globalId, externalReferences: [
      { source: 'form', key: '1' },
    ],
  }, `title firstName lastName companyName jobTitle email phone city country source notes score
      amount { amountMinor currency } company { name } owner { name } pipeline { name } stage { name } closedAt
      externalReferences { source key }
      stageChanges {
        fromStage { name } toStage { name } movedBy { name } isImported amount { amountMinor } probability
      }`);
  expect(lead).toEqual({
    title: 'Wants chairs', firstName: 'Ada', lastName: 'Lovelace', companyName: 'Engines Ltd', jobTitle: 'Analyst',
    email: 'ada@example.com', phone: '+44 1', city: 'London', country: 'GB', source: 'Fair', notes: 'Call back.',
    score: 70,
    amount: { amountMinor: '5000', currency: 'GBP' }, company: { name: 'Known already' }, owner: { name: 'Rep' },
    pipeline: { name: 'Leads' }, stage: { name: 'New' }, closedAt: null, externalReferences: [
      { source: 'form', key: '1' },
    ],
    stageChanges: [{
      fromStage: null, toStage: { name: 'New' }, movedBy: { name: 'Rep' }, isImported: false,
      amount: { amountMinor: '5000' }, probability: 5,
    }],
  });
});

test('everything that is wrong is said at once, and nothing is written', async () => {
  const before = await counts();
  const { record, userErrors } = await world.as(world.rep).mutate('leadCreate', {
    title: '', email: 'nobody', country: 'de', score: 101, amount: { amountMinor: '1', currency: 'euro' },
    companyName: 'x'.repeat(501),
    stageId: stage('Converted'), lossReason: 'Too early', companyId: `company_${world.services.newId()}`,
    ownerId: `member_${world.southRep.id}`,
    externalReferences: [{ source: '', key: '' }],
  });
  expect(record).toBeNull();
  expect(userErrors.map(({ code, path }) => `${code} ${path.slice(1).join('.')}`).sort()).toEqual([
    'INVALID_INPUT amount.currency', 'INVALID_INPUT companyName', 'INVALID_INPUT country', 'INVALID_INPUT email',
    'INVALID_INPUT externalReferences.0.key', 'INVALID_INPUT externalReferences.0.source', 'INVALID_INPUT lossReason',
    'INVALID_INPUT score', 'INVALID_INPUT title', 'NOT_FOUND companyId', 'NOT_PERMITTED ownerId',
    'NOT_PERMITTED stageId',
  ]);
  expect(await counts()).toEqual(before);
});

test('a lead stands in no pipeline for deals', async () => {
  const { userErrors } = await world.as(world.owner).mutate(
    'leadCreate', { title: 'X', stageId: `stage_${world.pipelines.deal.stages.Prospecting}` });
  expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'stageId'] }]);
});

test('a company that one cannot read is as absent as one that never was', async () => {
  const member = await world.aMember({ roles: [] });
  await world.grant(member, [
    { noun: 'lead', verb: 'create', reach: 'OWN' }, { noun: 'lead', verb: 'read', reach: 'OWN' }, {
      noun: 'stage', verb: 'read', reach: 'ANY',
    },
    { noun: 'company', verb: 'read', reach: 'OWN' },
  ]);
  const [theirs, own] = [await world.aCompany({ owner: world.rep }), await world.aCompany({ owner: member })];
  const create = (companyId: string) => world.as(member).mutate('leadCreate', { title: 'X', companyId });
  expect(await create(theirs.globalId)).toEqual(await create(`company_${world.services.newId()}`));
  expect((await create(theirs.globalId)).userErrors)
    .toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'companyId'] }]);
  expect((await create(own.globalId)).userErrors).toEqual([]);
});

test('field groups hold for what is written: by the profile, and by the record', async () => {
  const member = await world.aMember({ roles: [], teamId: world.teams.north.id });
  await world.grant(member, [
    { noun: 'lead', verb: 'read', reach: 'TEAM' }, { noun: 'lead', verb: 'create', reach: 'TEAM' }, {
      noun: 'stage', verb: 'read', reach: 'ANY',
    },
    { noun: 'lead', verb: 'create', reach: 'OWN', fieldGroups: ['internal'] }, {
      noun: 'member', verb: 'read', reach: 'ANY',
    },
  ]);
  const { errors } = await world.as(member).mutate('leadCreate', { title: 'X', email: 'a@example.com' });
  expect(errors)
    .toMatchObject([{ extensions: { code: 'FORBIDDEN', field: 'input.email', permission: 'lead.contactDetails' } }]);
  await world.as(member).done('leadCreate', { title: 'Mine', source: 'Fair' });
  const colleagues = await world.as(member).mutate('leadCreate', {
    title: 'Theirs', source: 'Fair', ownerId: `member_${world.rep.id}`,
  });
  expect(colleagues.userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'source'] }]);
});

test('a lead begins in a closed stage only for who may do that, with the reason why nothing came of it', async () => {
  const lead = await world.as(world.admin).done(
    'leadCreate', { title: 'Was nothing', stageId: stage('Disqualified'), lossReason: ' Wrong number ' },
    'closedAt lossReason');
  expect(lead).toEqual({ closedAt: expect.any(String), lossReason: 'Wrong number' });
});

test('a lead with a past needs the right to it; its ledger row is marked, and dated when it happened', async () => {
  const history = { createdAt: new Date('2025-01-01'), stageEnteredAt: new Date('2025-02-01') };
  const [refused] = await createLead.runBatch(
    await world.contextOf(world.manager, 'IMPORT'), [{ title: 'Old', history }]
  );
  expect(refused!.userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'history'] }]);
  const [created] = await createLead.runBatch(
    await world.contextOf(world.admin, 'IMPORT'),
    [{ title: 'Old', history, stageId: world.pipelines.lead.stages.Converted }]);
  const { lead } = await world.as(world.admin).data(
    'query($id: ID!) { lead(id: $id) { createdAt stageEnteredAt closedAt stageChanges { enteredAt isImported } } }',
    { id: `lead_${created!.recordId}` });
  const entered = '2025-02-01T00:00:00.000Z';
  expect(lead).toEqual({
    createdAt: '2025-01-01T00:00:00.000Z', stageEnteredAt: entered, closedAt: entered,
    stageChanges: [{ enteredAt: entered, isImported: true }],
  });
});

test('the money in a lead\'s ledger is read by those who read the lead\'s money, and by nobody else', async () => {
  const lead = await world.as(world.rep).done('leadCreate', { title: 'Money', amount: { amountMinor: '900' } });
  const ask = '{ stageChanges { toStage { name } amount { amountMinor } probability } }';
  const viewer = await world.as(world.viewer).ask(`query($id: ID!) { lead(id: $id) ${ask} }`, { id: lead.id });
  expect(viewer.data)
    .toEqual({ lead: { stageChanges: [{ toStage: { name: 'New' }, amount: null, probability: null }] } });
  expect(viewer.errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'FORBIDDEN', field: 'LeadStageChange.amount', permission: 'lead.financial' },
    { code: 'FORBIDDEN', field: 'LeadStageChange.probability', permission: 'lead.financial' },
  ]);
  const manager = await world.as(world.manager).data(`query($id: ID!) { lead(id: $id) ${ask} }`, { id: lead.id });
  expect(manager).toEqual({
    lead: { stageChanges: [{ toStage: { name: 'New' }, amount: { amountMinor: '900' }, probability: 5 }] },
  });
});

test('who reads the money of his own leads alone reads it in their ledgers alone', async () => {
  const member = await world.aMember({ roles: ['VIEWER', 'REP'] });
  const lead = (ownerId: string) => ({ title: 'Whose', amount: { amountMinor: '100' }, ownerId: `member_${ownerId}` });
  const ids = [
    await world.as(world.owner).done('leadCreate', lead(member.id)), await world.as(world.owner).done(
      'leadCreate', lead(world.rep.id)
    ),
  ].map(({ id }) => id);
  const { data, errors } = await world.as(member).ask(
    'query($ids: [ID!]!) { nodes(ids: $ids) { ... on Lead { stageChanges { amount { amountMinor } } } } }', { ids });
  expect(data)
    .toEqual({ nodes: [{ stageChanges: [{ amount: { amountMinor: '100' } }] }, { stageChanges: [{ amount: null }] }] });
  expect(errors).toHaveLength(1);
});

test('a batch takes as many statements for fifty leads as for two', async () => {
  const context = await world.contextOf(world.admin, 'IMPORT');
  const company = await world.aCompany();
  const inputs = (count: number) => Array.from({ length: count }, (_, at) => ({
    title: `Lead ${at}`, companyId: company.id, ownerId: world.rep.id,
    stageId: Object.values(world.pipelines.lead.stages)[at % 3], externalReferences: [
      { source: `batch of ${count}`, key: String(at) },
    ],
  }));
  const few = await world.statementsOf(() => createLead.runBatch(context, inputs(2)));
  expect(await world.statementsOf(() => createLead.runBatch(context, inputs(50)))).toBe(few);
});

function stage(name: string): string {
  return `stage_${world.pipelines.lead.stages[name]}`;
}

async function counts() {
  return world.rows(`select (select count(*) from lead) as leads, (select count(*) from stage_change) as entries,
    (select count(*) from audit_entry) as audited, (select count(*) from outbox_event) as events`);
}
