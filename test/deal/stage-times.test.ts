import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from '../support/builders.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/** Entries of a deal into stages, `[name, hours ago]`, oldest first. */
async function entered(deal: Built, ...entries: [string, number][]): Promise<void> {
  const now = Date.now();
  for (const [name, hoursAgo] of entries) {
    await world.rows(
      `insert into stage_change (workspace_id, id, deal_id, to_stage_id, entered_at, door, currency)
         values ($1, $2, $3, $4, $5, 'API', 'EUR')`,
      [world.workspaceId, world.services.newId(), deal.id, world.pipelines.deal.stages[name],
        new Date(now - hoursAgo * 3_600_000)]);
  }
}

type Entry = { toStage: { name: string }; enteredAt: string; leftAt: string | null; secondsInStage: number };
type Time = {
  stage: { name: string }; timesEntered: number; totalSeconds: number; lastLeftAt: string | null;
  firstEnteredAt: string; lastEnteredAt: string;
};
const document = `query($id: ID!) { deal(id: $id) {
  stageChanges { toStage { name } enteredAt leftAt secondsInStage door }
  stageTimes { stage { name } timesEntered totalSeconds firstEnteredAt lastEnteredAt lastLeftAt } } }`;

async function timesOf(deal: Built) {
  const answer = await world.as(world.rep).data<{ deal: { stageChanges: Entry[]; stageTimes: Time[] } }>(
    document, { id: deal.globalId });
  return answer.deal;
}
const hours = (seconds: number) => Math.round(seconds / 360) / 10;

test('an entry is left when the next stage is entered, and goes on until now in the stage that a deal is in', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  await entered(deal, ['Prospecting', 10], ['Engaging', 7], ['Proposal', 2]);
  const { stageChanges } = await timesOf(deal);
  expect(stageChanges.map(({ toStage, secondsInStage }) => [toStage.name, hours(secondsInStage)]))
    .toEqual([['Prospecting', 3], ['Engaging', 5], ['Proposal', 2]]);
  expect(stageChanges.map(({ leftAt }) => leftAt))
    .toEqual([stageChanges[1]!.enteredAt, stageChanges[2]!.enteredAt, null]);
});

test('a stage that was entered twice adds its times up', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  await entered(deal, ['Prospecting', 20], ['Engaging', 16], ['Prospecting', 10], ['Engaging', 1]);
  const { stageChanges, stageTimes } = await timesOf(deal);
  expect(stageTimes.map(({ stage, timesEntered, totalSeconds }) => [stage.name, timesEntered, hours(totalSeconds)]))
    .toEqual([['Prospecting', 2, 13], ['Engaging', 2, 7]]);
  const [first, second, third, fourth] = stageChanges.map(({ enteredAt }) => enteredAt);
  expect(stageTimes).toMatchObject([
    { firstEnteredAt: first, lastEnteredAt: third, lastLeftAt: fourth },
    { firstEnteredAt: second, lastEnteredAt: fourth, lastLeftAt: null },
  ]);
});

test('entries at the same instant count in their order, and none has stayed less than no time', async () => {
  const deal = await world.aDeal({ owner: world.rep });
  await entered(deal, ['Prospecting', 5], ['Engaging', 3]);
  await world.rows(`insert into stage_change (workspace_id, id, deal_id, to_stage_id, entered_at, door, currency)
    select workspace_id, $2, deal_id, $3, entered_at, door, currency from stage_change
    where deal_id = $1 and to_stage_id = $4`,
  [deal.id, world.services.newId(), world.pipelines.deal.stages.Proposal, world.pipelines.deal.stages.Engaging]);
  const { stageChanges } = await timesOf(deal);
  expect(stageChanges.map(({ toStage, secondsInStage }) => [toStage.name, hours(secondsInStage)]))
    .toEqual([['Prospecting', 2], ['Engaging', 0], ['Proposal', 3]]);
});

test('a lead has its times too, from the moves that were made', async () => {
  const { stages } = world.pipelines.lead;
  const rep = world.as(world.rep);
  const lead = await rep.done('leadCreate', { title: 'A lead' });
  await rep.done('leadMove', { id: lead.id, version: lead.version, stageId: `stage_${stages.Contacted}` });
  const { lead: read } = await rep.data<{ lead: { stageTimes: Time[] } }>(
    'query($id: ID!) { lead(id: $id) { stageTimes { stage { name } timesEntered lastLeftAt } } }', { id: lead.id });
  expect(read.stageTimes).toEqual([
    { stage: { name: 'New' }, timesEntered: 1, lastLeftAt: expect.any(String) },
    { stage: { name: 'Contacted' }, timesEntered: 1, lastLeftAt: null },
  ]);
});

test('the times of many deals are read with the deals, in one statement', async () => {
  const statements = async (first: number) => {
    const before = world.database.statementCount;
    await world.as(world.rep)
      .data(`{ deals(first: ${first}) { nodes { stageTimes { totalSeconds stage { name } } } } }`);
    return world.database.statementCount - before;
  };
  const one = await statements(1);
  expect(await statements(50)).toBe(one);
});
