import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

function move(deal: Built, stageName: string, input: object = {}) {
  return world.as(world.rep).mutate(
    'dealMove', { id: deal.globalId, version: 1, stageId: `stage_${world.pipelines.deal.stages[stageName]}`, ...input },
    `stage { name } probability closedAt version
      stageChanges { fromStage { name } toStage { name } amount { amountMinor } probability }`);
}

test('the probability follows the stage, and the ledger keeps what the deal was worth at that moment', async () => {
  const deal = await world.aDeal({ owner: world.rep, amountMinor: 500n });
  expect((await move(deal, 'Proposal')).record).toEqual({
    stage: { name: 'Proposal' }, probability: 60, closedAt: null, version: 2,
    stageChanges: [{
      fromStage: { name: 'Prospecting' }, toStage: { name: 'Proposal' }, amount: { amountMinor: '500' },
      probability: 60,
    }],
  });
});

test('a probability set by hand stays', async () => {
  const deal = await world.aDeal({ owner: world.rep, probability: 33, isProbabilitySetByHand: true });
  expect((await move(deal, 'Proposal')).record).toMatchObject({ probability: 33, stageChanges: [{ probability: 33 }] });
});

test('a move to where a record is changes nothing, whatever reason was left behind in it', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const lead = await world.aLead({ owner: world.rep });
  await world.rows(`update deal set loss_reason = 'Price' where id = $1`, [deal.id]);
  await world.rows(`update lead set loss_reason = 'Price' where id = $1`, [lead.id]);
  expect((await move(deal, 'Prospecting')).record).toMatchObject({ version: 1 });
  const leadMoved = await world.as(world.rep).mutate(
    'leadMove', { id: lead.globalId, version: 1, stageId: `stage_${world.pipelines.lead.stages.New}` }, 'version');
  expect(leadMoved.record).toEqual({ version: 1 });
});

test('a deal whose stage was retired can be moved on, within its pipeline', async () => {
  const deal = await world.aDeal({ owner: world.rep, stage: 'Engaging' });
  await world.rows('update stage set deleted_at = now() where id = $1', [world.pipelines.deal.stages.Engaging]);
  const other = await move(deal, '', { stageId: `stage_${world.pipelines.lead.stages.New}` });
  expect(other.userErrors).toMatchObject([{ code: 'STAGE_NOT_ALLOWED' }]);
  expect((await move(deal, 'Proposal')).record).toMatchObject({ stage: { name: 'Proposal' } });
  await world.rows('update stage set deleted_at = null where id = $1', [world.pipelines.deal.stages.Engaging]);
});

test('a move takes six statements, its transaction included: two read, one writes the deal, one all that is kept of it', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const other = await world.aDeal({ owner: world.rep });
  const [principal, answer] = [1, 2];
  const statements = (of: Built, input = {}) => world.statementsOf(async () => {
    expect((await move(of, 'Proposal', input)).userErrors).toEqual([]);
  });
  expect(await statements(deal)).toBe(principal + 6 + answer);
  expect(await statements(other, { idempotencyKey: 'six and one' })).toBe(principal + 7 + answer);
});

test('what is asked of a moved deal is read once, wherever it stands in the document', async () => {
  const input = (of: Built, version: number, stage: string) => (
    `input: { id: "${of.globalId}", version: ${version}, stageId: "stage_${world.pipelines.deal.stages[stage]}" }`);
  const deal = await world.aDeal({ owner: world.rep, title: 'Read once' });
  const ask = world.as(world.rep).ask;
  const twice = await ask(`mutation { dealMove(${input(deal, 1, 'Engaging')}) {
    one: deal { version } other: deal { stage { name } } ... { one: deal { title } } userErrors { code } } }`);
  expect(twice).toMatchObject({
    errors: [], data: { dealMove: { one: { version: 2, title: 'Read once' }, other: { stage: { name: 'Engaging' } } } },
  });
  const without = await ask(
    `mutation { dealMove(${input(deal, 2, 'Proposal')}) { deal @skip(if: true) { id } userErrors { code } } }`);
  expect(without).toMatchObject({ errors: [], data: { dealMove: { userErrors: [] } } });
  // What makes no sense in the answer is said there; the deal has been moved.
  const senseless = await ask(
    `mutation { dealMove(${input(deal, 3, 'Engaging')}) { deal { activities(after: "nowhere") { nodes { id } } } userErrors { code } } }`,
  );
  expect(senseless).toMatchObject({
    errors: [{ path: ['dealMove', 'deal'], extensions: { code: 'BAD_USER_INPUT' } }],
    data: { dealMove: { deal: null, userErrors: [] } },
  });
  expect(await world.rows('select version from deal where id = $1', [deal.id])).toEqual([{ version: 4 }]);
});

test('of those who move a deal at the same moment one does', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  const answers = await world.racing(
    'deal', deal.id, ...['Engaging', 'Won', 'Lost'].map((name) => () => move(deal, name))
  );
  expect(answers.map(({ userErrors }) => userErrors.map(({ code }) => code)).sort())
    .toEqual([[], ['VERSION_CONFLICT'], ['VERSION_CONFLICT']]);
});
