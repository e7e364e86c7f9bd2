import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Built } from '../support/builders.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

function move(lead: Built, stageName: string, input: object = {}, member = world.rep) {
  return world.as(member).mutate<{ stage: { name: string }; closedAt: string | null; version: number }>(
    'leadMove', { id: lead.globalId, version: 1, stageId: `stage_${world.pipelines.lead.stages[stageName]}`, ...input },
    'stage { name } closedAt lossReason version stageChanges { fromStage { name } toStage { name } }');
}

test('a lead moves, and its ledger, its audit and the outbox keep the move', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const { record } = await move(lead, 'Contacted');
  expect(record).toEqual({
    stage: { name: 'Contacted' }, closedAt: null, lossReason: null, version: 2,
    stageChanges: [{ fromStage: { name: 'New' }, toStage: { name: 'Contacted' } }],
  });
  expect(await world.audited(lead.id)).toEqual([
    { by: 'Rep', did: 'lead.move', fields: expect.arrayContaining(['stageId', 'stageEnteredAt']) }]);
  expect(await world.rows('select type, record_version from outbox_event where record_id = $1', [lead.id]))
    .toEqual([{ type: 'lead.move', record_version: 2 }]);
});

test('a lead that came to nothing keeps the reason, until it is opened again', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const closed = await move(lead, 'Disqualified', { lossReason: 'No budget' });
  expect(closed.record).toMatchObject({ closedAt: expect.any(String), lossReason: 'No budget' });
  const notHis = await move(lead, 'Contacted', { version: 2 });
  expect(notHis.userErrors).toMatchObject([{ code: 'NOT_PERMITTED', path: ['input', 'stageId'] }]);
  const reopened = await move(lead, 'Contacted', { version: 2 }, world.manager);
  expect(reopened.record).toMatchObject({ closedAt: null, lossReason: null });
  const wrong = await move(lead, 'Qualified', { version: 3, lossReason: 'No budget' });
  expect(wrong.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'lossReason'] }]);
});

test('a lead that is sent where it is stays as it is; only a better reason is taken down', async () => {
  const lead = await world.aLead({ owner: world.rep, stage: 'Disqualified', lossReason: 'No budget' });
  expect((await move(lead, 'Disqualified')).record).toMatchObject({ version: 1 });
  expect(await world.audited(lead.id)).toEqual([]);
  expect((await move(lead, 'Disqualified', { lossReason: 'Bought elsewhere' })).record)
    .toMatchObject({ version: 2, lossReason: 'Bought elsewhere', stageChanges: [] });
  expect(await world.audited(lead.id)).toEqual([{ by: 'Rep', did: 'lead.move', fields: ['lossReason'] }]);
});

test('a lead goes only where its stage leads to, and never into another pipeline', async () => {
  const { stages, id: pipelineId } = world.pipelines.lead;
  await world.rows(
    'insert into stage_transition (workspace_id, pipeline_id, from_stage_id, to_stage_id) values ($1, $2, $3, $4)',
    [world.workspaceId, pipelineId, stages.Contacted, stages.Qualified]);
  const lead = await world.aLead({ owner: world.rep, stage: 'Contacted' });
  expect((await move(lead, 'New')).userErrors)
    .toMatchObject([{ code: 'STAGE_NOT_ALLOWED', path: ['input', 'stageId'] }]);
  expect((await move(lead, '', { stageId: `stage_${world.pipelines.deal.stages.Prospecting}` })).userErrors)
    .toMatchObject([{ code: 'STAGE_NOT_ALLOWED' }]);
  expect((await move(lead, 'Qualified')).record!.stage.name).toBe('Qualified');
});

test('of those who move a lead at the same moment one does, and the ledger has one row', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const answers = await world.racing(
    'lead', lead.id, ...['Qualified', 'Converted', 'Contacted'].map((name) => () => move(lead, name))
  );
  expect(answers.filter(({ record }) => record)).toHaveLength(1);
  for (const { record, userErrors, errors } of answers) {
    expect(errors).toEqual([]);
    if (!record) expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
  }
  expect(await world.rows('select 1 from stage_change where lead_id = $1', [lead.id])).toHaveLength(1);
});

test('a lead out of reach cannot be moved, and is not told to be there', async () => {
  const lead = await world.aLead({ owner: world.southRep });
  const [theirs, absent] = [
    await move(lead, 'Contacted'), await move({ id: '', globalId: `lead_${world.services.newId()}` }, 'Contacted'),
  ];
  expect(theirs).toEqual(absent);
  expect(theirs.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
});

test('a move back and forth under one key happens once', async () => {
  const lead = await world.aLead({ owner: world.rep });
  const first = await move(lead, 'Contacted', { idempotencyKey: 'move once' });
  await move(lead, 'Qualified', { version: 2 });
  const again = await move(lead, 'Contacted', { idempotencyKey: 'move once' });
  expect(first.record!.stage.name).toBe('Contacted');
  // The record as it is now, under today's policy.
  expect(again.record!.stage.name).toBe('Qualified');
  const other = await move(lead, 'New', { version: 3, idempotencyKey: 'move once' });
  expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
});
