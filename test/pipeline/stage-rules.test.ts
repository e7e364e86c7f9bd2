import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { memberOfJob, systemOfJob } from '../../src/auth/job-principal.ts';
import { createDeal } from '../../src/services/deal/create-deal.ts';
import { moveDeal } from '../../src/services/deal/move-deal.ts';
import type { Built } from '../support/builders.ts';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** A pipeline of its own for each test: Open, Quote, Won, Lost, with what a test asks of them. */
let stages: Record<string, string> = {};
let count = 0;
let pipelineId = '';

async function pipeline(rules: Record<string, object> = {}) {
  count += 1;
  const made = await world.as(world.admin).done<{ id: string; stages: { id: string; name: string }[] }>(
    'pipelineCreate',
    {
      name: `Pipeline ${count}`,
      kind: 'DEAL',
      stages: [
        { name: 'Open', probability: 10 },
        { name: 'Quote', probability: 50 },
        { name: 'Won', status: 'WON' },
        { name: 'Lost', status: 'LOST' },
      ].map((stage) => ({ ...stage, ...rules[stage.name] })),
    },
    'id stages { id name }',
  );
  pipelineId = made.id;
  stages = Object.fromEntries(made.stages.map(({ id, name }) => [name, id]));
}
beforeEach(() => pipeline());

async function aDeal(columns: object = {}, stage = 'Open'): Promise<Built> {
  return world.aDeal({
    owner: world.rep,
    pipelineId: pipelineId.slice('pipeline_'.length),
    stageId: stages[stage]!.slice('stage_'.length),
    ...columns,
  });
}

const fields =
  `version stage { name } closedAt probability isProbabilitySetByHand lossReason stageReason amount { amountMinor }
  stageChanges { toStage { name } probability reason againstRulesReason }`;

function move(deal: Built, stage: string, input: object = {}, member: WorldMember = world.rep) {
  return world
    .as(member)
    .mutate<Record<string, unknown>>(
      'dealMove', { id: deal.globalId, version: 1, stageId: stages[stage], ...input }, fields,
    );
}

async function change(stage: string, input: object, member = world.admin) {
  const {
    stage: { version },
  } = await world.as(world.admin).data<{ stage: { version: number } }>(`{ stage(id: "${stages[stage]}") { version } }`);
  return world.as(member).mutate('stageUpdate', { id: stages[stage], version, ...input });
}

test('a stage asks for fields, and is told all that is missing at once', async () => {
  await pipeline({ Quote: { requiredFields: ['amount', 'expectedCloseOn', 'company', 'contacts', 'lines', 'notes'] } });
  const deal = await aDeal({ notes: 'Known' });
  const refused = await move(deal, 'Quote');
  expect(refused.record).toBeNull();
  expect(refused.userErrors).toEqual([
    {
      code: 'STAGE_REQUIREMENTS_MISSING',
      path: ['input', 'stageId'],
      message: 'Quote asks for amount, expectedCloseOn, company, contacts, lines.',
      fieldNames: ['amount', 'expectedCloseOn', 'company', 'contacts', 'lines'],
    },
  ]);
  const [company, contact] = [await world.aCompany(), await world.aContact()];
  const moved = await move(deal, 'Quote', {
    amount: { amountMinor: '500' },
    expectedCloseOn: '2027-01-01',
    companyId: company.globalId,
    contacts: [{ contactId: contact.globalId }],
    lines: [{ description: 'A thing', unitPriceMinor: '500' }],
  });
  expect(moved).toMatchObject({ record: { stage: { name: 'Quote' }, amount: { amountMinor: '500' } }, userErrors: [] });
  expect(await world.audited(deal.id)).toMatchObject([
    { did: 'deal.move', fields: expect.arrayContaining(['stageId', 'amountMinor', 'companyId', 'contacts', 'lines']) },
  ]);
});

test('what the move takes away is missing, what is wrong with its own values is said as well', async () => {
  await pipeline({ Quote: { requiredFields: ['amount', 'source'] } });
  const deal = await aDeal({ amountMinor: 5n, source: 'Fair' });
  const { userErrors } = await move(deal, 'Quote', { source: ' ', probability: 101 });
  expect(userErrors).toMatchObject([
    { code: 'STAGE_REQUIREMENTS_MISSING', fieldNames: ['source'] },
    { code: 'INVALID_INPUT', path: ['input', 'probability'] },
  ]);
});

test('whoever moves a deal learns that a field is empty that he may not see, and never what it holds', async () => {
  await pipeline({ Quote: { requiredFields: ['amount', 'notes'] } });
  const mover = await world.aMember({ roles: [] });
  await world.grant(mover, [
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['core'] },
    { noun: 'deal', verb: 'move', reach: 'ANY', fieldGroups: ['core'] },
    { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  const quiet = (deal: Built, input: object = {}) =>
    world.as(mover).mutate('dealMove', { id: deal.globalId, version: 1, stageId: stages.Quote, ...input }, 'id');
  const refused = await quiet(await aDeal({ notes: 'A secret' }));
  expect(refused.userErrors).toMatchObject([{ fieldNames: ['amount'] }]);
  expect(JSON.stringify(refused)).not.toContain('secret');
  expect((await quiet(await aDeal({ notes: 'A secret', amountMinor: 7n }))).userErrors).toEqual([]);
  const written = await quiet(await aDeal({ notes: 'A secret' }), { amount: { amountMinor: '1' } });
  expect(written.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'deal.financial' } }]);
});

test('fields that come with a move need the right to update the deal', async () => {
  await pipeline();
  const mover = await world.aMember({ roles: [] });
  await world.grant(mover, [
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['core', 'financial'] },
    { noun: 'deal', verb: 'move', reach: 'ANY', fieldGroups: ['core', 'financial'] },
    { noun: 'deal', verb: 'update', reach: 'OWN', fieldGroups: ['core', 'financial'] },
    { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  const send = (deal: Built) =>
    world
      .as(mover)
      .mutate('dealMove', { id: deal.globalId, version: 1, stageId: stages.Quote, amount: { amountMinor: '1' } });
  expect((await send(await aDeal())).userErrors).toMatchObject([{ code: 'NOT_PERMITTED' }]);
  expect((await send(await aDeal({ owner: mover }))).userErrors).toEqual([]);
});

test('a stage that asks for a reason takes one of its list, and the ledger keeps it', async () => {
  await pipeline({
    Lost: { isReasonRequired: true, reasons: ['Price', ' No budget '], requiredFields: ['lossReason'] },
  });
  const deal = await aDeal();
  expect((await move(deal, 'Lost')).userErrors).toMatchObject([{ fieldNames: ['lossReason', 'stageReason'] }]);
  expect((await move(deal, 'Lost', { lossReason: 'x', stageReason: 'Weather' })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'stageReason'], message: 'The reasons of Lost are: Price; No budget.' },
  ]);
  const lost = await move(deal, 'Lost', { lossReason: 'Too dear by far', stageReason: 'Price' });
  expect(lost.record).toMatchObject({
    stageReason: 'Price',
    lossReason: 'Too dear by far',
    stageChanges: [{ reason: 'Price' }],
  });
  await change('Lost', { reasons: ['Something else'] });
  const reopened = await move(deal, 'Open', { version: 2 }, world.manager);
  expect(reopened.record).toMatchObject({ stageReason: null, stageChanges: [{ reason: 'Price' }, { reason: null }] });
});

test('only roles that a stage names move records into it, or out of it; owners are bound as well', async () => {
  const roleIds = await world.rows<{ id: string; built_in: string }>('select id, built_in from role');
  const role = (name: string) => `role_${roleIds.find((each) => each.built_in === name)!.id}`;
  await pipeline({ Quote: { enterRoleIds: [role('MANAGER')] }, Won: { leaveRoleIds: [role('OWNER')] } });
  const deal = await aDeal();
  expect((await move(deal, 'Quote')).userErrors).toMatchObject([{ code: 'STAGE_ROLE_MISSING', direction: 'ENTER' }]);
  expect((await move(deal, 'Quote', {}, world.owner)).userErrors).toMatchObject([{ code: 'STAGE_ROLE_MISSING' }]);
  expect((await move(deal, 'Quote', {}, world.manager)).userErrors).toEqual([]);
  await move(deal, 'Won', { version: 2 });
  expect((await move(deal, 'Open', { version: 3 }, world.manager)).userErrors).toMatchObject([
    { code: 'STAGE_ROLE_MISSING', direction: 'LEAVE' },
  ]);
  expect((await move(deal, 'Open', { version: 3 }, world.owner)).userErrors).toEqual([]);
  const refused = await world.as(world.rep).mutate('dealCreate', { title: 'New', stageId: stages.Quote });
  expect(refused.userErrors).toMatchObject([{ code: 'STAGE_ROLE_MISSING' }]);
});

test('who may not see roles sees of each stage whether his own let him in and out', async () => {
  const roleIds = await world.rows<{ id: string; built_in: string }>('select id, built_in from role');
  const role = (name: string) => `role_${roleIds.find((each) => each.built_in === name)!.id}`;
  await pipeline({
    Quote: { enterRoleIds: [role('MANAGER'), role('REP')] },
    Won: { enterRoleIds: [role('OWNER')], leaveRoleIds: [role('OWNER')] },
  });
  await change('Lost', { isRetired: true });
  const text = `{ pipeline(id: "${pipelineId}") {
    stages { name viewerMayEnter viewerMayLeave } retiredStages { viewerMayEnter viewerMayLeave } } }`;
  const seenBy = async (member: WorldMember) => {
    const { pipeline: seen } = await world.as(member).data<{ pipeline: {
      stages: { name: string; viewerMayEnter: boolean; viewerMayLeave: boolean }[]; retiredStages: object[];
    } }>(text);
    expect(seen.retiredStages).toEqual([{ viewerMayEnter: false, viewerMayLeave: true }]);
    return seen.stages.map(({ name, viewerMayEnter, viewerMayLeave }) => `${name} ${viewerMayEnter} ${viewerMayLeave}`);
  };
  const blind = await world.aMember({ roles: [] });
  await world.grant(blind, [
    { noun: 'pipeline', verb: 'read', reach: 'ANY' }, { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  expect(await seenBy(blind)).toEqual(['Open true true', 'Quote false true', 'Won false false']);
  expect(await seenBy(world.rep)).toEqual(['Open true true', 'Quote true true', 'Won false false']);
  expect(await seenBy(world.owner)).toEqual(['Open true true', 'Quote false true', 'Won true true']);
});

test('closing is a right, reopening another, and from won to lost it takes both', async () => {
  const closer = await world.aMember({ roles: [] });
  await world.grant(closer, [
    ...['read', 'move', 'close'].map((verb) => ({ noun: 'deal', verb, reach: 'ANY' as const, fieldGroups: ['core'] })),
    { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  const mover = await world.aMember({ roles: [] });
  await world.grant(mover, [
    ...['read', 'move'].map((verb) => ({ noun: 'deal', verb, reach: 'ANY' as const, fieldGroups: ['core'] })),
    { noun: 'deal', verb: 'close', reach: 'OWN' },
    { noun: 'stage', verb: 'read', reach: 'ANY' },
  ]);
  const deal = await aDeal();
  const as = async (who: WorldMember, stage: string, version: number) =>
    (await world.as(who).mutate('dealMove', { id: deal.globalId, version, stageId: stages[stage] })).userErrors.map(
      ({ message }) => message,
    );
  expect(await as(mover, 'Won', 1)).toEqual(['That needs the permission deal.close over this deal.']);
  expect(await as(closer, 'Won', 1)).toEqual([]);
  expect(await as(closer, 'Open', 2)).toEqual(['That needs the permission deal.reopen over this deal.']);
  expect(await as(closer, 'Lost', 2)).toEqual(['That needs the permission deal.reopen over this deal.']);
  expect(await as(world.rep, 'Open', 2)).toEqual(['That needs the permission deal.reopen over this deal.']);
  expect(await as(world.manager, 'Lost', 2)).toEqual([]);
  const rights = await world.as(world.rep).data(`{ deal(id: "${deal.globalId}") { viewerCan { move close reopen } } }`);
  expect(rights).toEqual({ deal: { viewerCan: { move: true, close: true, reopen: false } } });
});

test('rules are set aside by those who may, with a reason that audit and ledger keep', async () => {
  await pipeline({ Quote: { requiredFields: ['amount'] } });
  await change('Open', { nextStageIds: [stages.Won] });
  const deal = await aDeal();
  const refused = await move(deal, 'Quote', { reason: 'In a hurry' }, world.manager);
  expect(refused.userErrors.map(({ code, path }) => [code, path.at(-1)])).toEqual([
    ['STAGE_NOT_ALLOWED', 'stageId'],
    ['STAGE_REQUIREMENTS_MISSING', 'stageId'],
    ['NOT_PERMITTED', 'reason'],
  ]);
  expect((await move(deal, 'Quote', {}, world.admin)).userErrors).toHaveLength(2);
  const moved = await move(deal, 'Quote', { reason: ' The board says so ' }, world.admin);
  expect(moved.record).toMatchObject({ stageChanges: [{ againstRulesReason: 'The board says so' }] });
  expect(await world.rows('select reason from audit_entry where record_id = $1', [deal.id])).toEqual([
    { reason: 'The board says so' },
  ]);
  const foreign = await move(
    deal, '', { version: 2, stageId: `stage_${world.pipelines.deal.stages.Won}`, reason: 'Elsewhere' }, world.admin,
  );
  expect(foreign.userErrors).toMatchObject([{ code: 'STAGE_NOT_ALLOWED' }]);
  const plain = await move(deal, 'Won', { version: 2, reason: 'Not needed' }, world.admin);
  expect(plain.record).toMatchObject({ stageChanges: [{}, { againstRulesReason: null }] });
});

test('jobs meet the same rules, be it a member that they act for or the workspace itself', async () => {
  const [manager] = await world.rows<{ id: string }>("select id from role where built_in = 'MANAGER'");
  await pipeline({ Quote: { requiredFields: ['amount'] }, Won: { enterRoleIds: [`role_${manager!.id}`] } });
  const any = (noun: 'deal' | 'stage', verb: 'read' | 'move' | 'close') => (
    { noun, verb, reach: 'any', fieldGroups: ['core'] } as const);
  const grants = [any('deal', 'read'), any('deal', 'move'), any('deal', 'close'), any('stage', 'read')];
  const principals = await world.database.transaction(world.workspaceId, async (tx) => ({
    system: await systemOfJob(tx, world.workspaceId, grants, 'test.move'),
    rep: await memberOfJob(tx, world.workspaceId, world.rep.id, 'test.move'),
    manager: await memberOfJob(tx, world.workspaceId, world.manager.id, 'test.move'),
  }));
  const moves = async (who: keyof typeof principals, stage: string, columns: object = {}) => {
    const deal = await aDeal(columns);
    const context = { services: world.services, principal: principals[who]!, requestId: 'test' };
    const { userErrors } = await moveDeal.run(context, { id: deal.id, version: 1, stageId: stages[stage]!.slice(6) });
    const ledger = await world.rows('select door::text, moved_by_id from stage_change where deal_id = $1', [deal.id]);
    return { codes: userErrors.map(({ code }) => code), ledger };
  };
  for (const who of ['system', 'rep', 'manager'] as const) {
    expect(await moves(who, 'Quote')).toEqual({ codes: ['STAGE_REQUIREMENTS_MISSING'], ledger: [] });
  }
  for (const who of ['system', 'rep'] as const) {
    expect(await moves(who, 'Won')).toEqual({ codes: ['STAGE_ROLE_MISSING'], ledger: [] });
  }
  const byJob = { door: 'JOB', moved_by_id: null };
  expect(await moves('system', 'Quote', { amountMinor: 5n })).toEqual({ codes: [], ledger: [byJob] });
  expect(await moves('manager', 'Won')).toEqual({ codes: [], ledger: [{ ...byJob, moved_by_id: world.manager.id }] });
});

test('a probability set by hand stays until it is given back to the stage', async () => {
  const deal = await aDeal();
  expect((await move(deal, 'Quote', { probability: 33 })).record).toMatchObject({
    probability: 33,
    isProbabilitySetByHand: true,
    stageChanges: [{ probability: 33 }],
  });
  expect((await move(deal, 'Won', { version: 2 })).record).toMatchObject({ probability: 33 });
  expect((await move(deal, 'Won', { version: 3, probability: null })).record).toMatchObject({
    version: 4,
    probability: 100,
    isProbabilitySetByHand: false,
  });
});

test('what is created, by whatever door, meets the rules of its stage', async () => {
  await pipeline({
    Quote: { requiredFields: ['amount', 'lines'] },
    Lost: { isReasonRequired: true, reasons: ['Price'] },
  });
  const created = await world.as(world.rep).mutate('dealCreate', { title: 'New', stageId: stages.Quote });
  expect(created.userErrors).toMatchObject([{ code: 'STAGE_REQUIREMENTS_MISSING', fieldNames: ['amount', 'lines'] }]);
  const done = await world.as(world.rep).mutate('dealCreate', {
    title: 'New',
    stageId: stages.Quote,
    amount: { amountMinor: '5' },
    lines: [{ description: 'x', unitPriceMinor: '5' }],
  });
  expect(done.userErrors).toEqual([]);
  const [lost, open, reasoned] = await createDeal.runBatch(await world.contextOf(world.owner, 'IMPORT'), [
    { title: 'Old', stageId: stages.Lost!.slice(6) },
    { title: 'Old', stageId: stages.Open!.slice(6) },
    { title: 'Old', stageId: stages.Lost!.slice(6), stageReason: 'Price' },
  ]);
  expect([lost, open, reasoned].map((each) => each!.userErrors.map(({ data }) => data?.fieldNames))).toEqual([
    [['stageReason']],
    [],
    [],
  ]);
  const moved = await moveDeal.runBatch(await world.contextOf(world.rep, 'IMPORT'), [
    { id: (await aDeal()).id, version: 1, stageId: stages.Quote!.slice(6) },
  ]);
  expect(moved[0]!.userErrors).toMatchObject([{ code: 'STAGE_REQUIREMENTS_MISSING' }]);
});

test('nothing enters a retired stage; it stays for the history and can be taken back', async () => {
  const deal = await aDeal({}, 'Quote');
  expect((await change('Quote', { isRetired: true })).userErrors).toMatchObject([
    { code: 'IN_USE', path: ['input', 'isRetired'] },
  ]);
  await move(deal, 'Open', { version: 1 });
  expect((await change('Quote', { isRetired: true })).userErrors).toEqual([]);
  expect((await move(deal, 'Quote', { version: 2 })).userErrors).toMatchObject([{ code: 'STAGE_NOT_ALLOWED' }]);
  const read = await world.as(world.rep).data(`{ pipeline(id: "${pipelineId}") {
    stages { name position } retiredStages { name retiredAt } } }`);
  expect(read).toEqual({
    pipeline: {
      stages: [
        { name: 'Open', position: 0 },
        { name: 'Won', position: 1 },
        { name: 'Lost', position: 2 },
      ],
      retiredStages: [{ name: 'Quote', retiredAt: expect.any(String) }],
    },
  });
  const again = await world.as(world.admin).mutate('stageCreate', { pipelineId, name: 'Quote' });
  expect(again.userErrors).toEqual([]);
  expect((await change('Quote', { isRetired: false })).userErrors).toMatchObject([
    { code: 'TAKEN', path: ['input', 'isRetired'] },
  ]);
  expect((await change('Quote', { isRetired: false, name: 'Offer' })).userErrors).toEqual([]);
  expect((await move(deal, 'Quote', { version: 2 })).userErrors).toEqual([]);
});

test('a stage asks only for what there is, and only administrators say so', async () => {
  const { userErrors } = await change('Open', {
    requiredFields: ['amount', 'amount', 'colour', 'lossReason'],
    isReasonRequired: true,
    reasons: [],
    enterRoleIds: ['role_01900000-0000-7000-8000-000000000000'],
  });
  expect(userErrors.map(({ code, path }) => [code, path.slice(1).join('.')])).toEqual([
    ['INVALID_INPUT', 'requiredFields.1'],
    ['INVALID_INPUT', 'requiredFields.2'],
    ['INVALID_INPUT', 'requiredFields.3'],
    ['INVALID_INPUT', 'reasons'],
    ['NOT_FOUND', 'enterRoleIds.0'],
  ]);
  expect((await change('Open', { requiredFields: [] }, world.manager)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN', permission: 'stage.update' } },
  ]);
});

test('a role that stages name is not deleted', async () => {
  const holder = await world.aMember({ roles: [] });
  const roleId = await world.grant(holder, [{ noun: 'deal', verb: 'move', reach: 'OWN' }]);
  await change('Open', { leaveRoleIds: [`role_${roleId}`] });
  await world.rows('delete from member_role where role_id = $1', [roleId]);
  const { userErrors } = await world.as(world.admin).mutate('roleDelete', { id: `role_${roleId}`, version: 1 });
  expect(userErrors).toMatchObject([{ code: 'IN_USE' }]);
});

test('closed stages do not stand before open ones, whoever writes', async () => {
  await expect(world.rows('update stage set position = 9 where id = $1', [stages.Open!.slice(6)])).rejects.toThrow(
    /closed stage/,
  );
});

test('a stage retires or a deal enters it, whoever is first', async () => {
  for (let round = 0; round < 5; round += 1) {
    await pipeline();
    const deals = await Promise.all([1, 2, 3].map(() => aDeal()));
    const [retired, ...moved] = await Promise.all([
      change('Quote', { isRetired: true }),
      ...deals.map((deal) => move(deal, 'Quote')),
    ]);
    const inIt = await world.rows('select from deal where stage_id = $1', [stages.Quote!.slice(6)]);
    const entered = moved.filter(({ userErrors }) => userErrors.length === 0);
    expect(inIt).toHaveLength(entered.length);
    if (retired!.userErrors.length === 0) expect(inIt).toEqual([]);
  }
});
