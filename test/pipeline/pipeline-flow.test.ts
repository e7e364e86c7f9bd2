import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

type Flow = {
  stage: { name: string }; entered: number; left: number; medianSeconds: number | null;
  next: { stage: { name: string }; count: number; share: number }[];
};
const document = `query($id: ID!, $from: DateTime, $to: DateTime, $where: DealWhere) {
  pipelineFlow(pipelineId: $id, from: $from, to: $to, where: $where) {
    stage { name } entered left medianSeconds next { stage { name } count share } } }`;
const start = Date.parse('2026-03-01T00:00:00Z');
const at = (minute: number) => new Date(start + minute * 60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const pasts: [WorldMember, [string, number][]][] = [
    [world.rep, [['Prospecting', 0], ['Engaging', 10], ['Won', 30]]],
    [world.rep, [['Prospecting', 0], ['Engaging', 30], ['Lost', 31]]],
    [world.rep, [['Prospecting', 5], ['Lost', 25], ['Prospecting', 60]]],
    [world.southRep, [['Prospecting', 0], ['Won', 1]]],
  ];
  for (const [owner, entries] of pasts) {
    const deal = await world.aDeal({ owner, stage: entries.at(-1)![0], currency: owner === world.rep ? 'EUR' : 'USD' });
    for (const [stage, minute] of entries) {
      await world.rows(
        `insert into stage_change (workspace_id, id, deal_id, to_stage_id, entered_at, door, currency)
           values ($1, $2, $3, $4, $5, 'API', 'EUR')`,
        [world.workspaceId, world.services.newId(), deal.id, world.pipelines.deal.stages[stage], at(minute)]);
    }
  }
});
afterAll(() => world.close());

async function flowFor(member: WorldMember, rest: object = {}): Promise<Record<string, Omit<Flow, 'stage'>>> {
  const { pipelineFlow } = await world.as(member).data<{ pipelineFlow: Flow[] }>(
    document, { id: `pipeline_${world.pipelines.deal.id}`, ...rest });
  return Object.fromEntries(pipelineFlow.map(({ stage, ...flow }) => [stage.name, flow]));
}

test('each stage tells where its entries went, and how long half of them stayed at most', async () => {
  const flow = await flowFor(world.rep);
  expect(flow.Prospecting).toMatchObject({ entered: 4, left: 3, medianSeconds: 20 * 60 });
  expect(flow.Prospecting!.next).toEqual([
    { stage: { name: 'Engaging' }, count: 2, share: 0.5 }, { stage: { name: 'Lost' }, count: 1, share: 0.25 },
  ]);
  expect(flow.Engaging).toMatchObject({ entered: 2, left: 2, medianSeconds: 630 });
  expect(flow.Won).toEqual({ entered: 1, left: 0, medianSeconds: null, next: [] });
  expect(flow.Proposal).toEqual({ entered: 0, left: 0, medianSeconds: null, next: [] });
});

test('everybody sees the way of what is in his own reach', async () => {
  expect((await flowFor(world.owner)).Prospecting).toMatchObject({ entered: 5, left: 4 });
  expect((await flowFor(world.southRep)).Prospecting).toMatchObject({ entered: 1, left: 1, medianSeconds: 60 });
});

test('time and conditions narrow it; a way out counts whenever it was taken', async () => {
  const flow = await flowFor(world.owner, { from: at(1), to: at(26) });
  expect(flow.Prospecting).toMatchObject({ entered: 1, left: 1 });
  expect(flow.Lost).toMatchObject({ entered: 1, left: 1, medianSeconds: 35 * 60 });
  expect((await flowFor(world.owner, { where: { currency: { eq: 'USD' } } })).Prospecting).toMatchObject({
    entered: 1,
  });
});

test('a retired stage stands behind the others where records have been in it, and nowhere else', async () => {
  const { stages } = world.pipelines.deal;
  const retire = (at: Date | null) => world.rows(
    'update stage set retired_at = $2 where id = any($1)', [[stages.Engaging, stages.Proposal], at]);
  await retire(at(100));
  const names = Object.keys(await flowFor(world.owner));
  expect(names).not.toContain('Proposal');
  expect(names.at(-1)).toBe('Engaging');
  await retire(null);
});

test('a pipeline for leads takes no condition about deals, and what is absent is null', async () => {
  const refused = await world.as(world.rep).ask(
    document, { id: `pipeline_${world.pipelines.lead.id}`, where: { currency: { eq: 'EUR' } } });
  expect(refused.errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'where' });
  expect(await world.as(world.rep).data(document, { id: `pipeline_${world.services.newId()}` })).toEqual({
    pipelineFlow: null,
  });
});
