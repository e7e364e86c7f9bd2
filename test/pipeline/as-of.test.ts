import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

type Entry = { stage: string; minute: number; amount: number | null; probability: number; currency: string };
type Past = { owner: WorldMember; entries: Entry[]; deletedAt: Date | null };

const start = Date.parse('2026-03-01T00:00:00Z');
const at = (minute: number) => new Date(start + minute * 60_000);

const someEntries = fc.uniqueArray(
  fc.record({
    stage: fc.constantFrom('Prospecting', 'Engaging', 'Proposal', 'Won', 'Lost'),
    minute: fc.integer({ min: 0, max: 30 }),
    amount: fc.option(fc.integer({ min: -999, max: 99_999 })), probability: fc.integer({ min: 0, max: 100 }),
    currency: fc.constantFrom('EUR', 'USD'),
  }), { minLength: 1, maxLength: 6, selector: ({ minute }) => minute });

let world: World;
let past: Past[];
beforeAll(async () => {
  world = await openWorld();
  const owners = [world.rep, world.colleague, world.southRep];
  past = fc.sample(someEntries, { numRuns: 40, seed: 6 }).map((entries, index) => ({
    owner: owners[index % owners.length]!, entries: entries.sort((left, right) => left.minute - right.minute),
    deletedAt: index % 5 === 0 ? at(20) : null,
  }));
  for (const { owner, entries, deletedAt } of past) {
    const last = entries.at(-1)!;
    const deal = await world.aDeal({ owner, stage: last.stage, deletedAt, amountMinor: 1n });
    for (const { stage, minute, amount, probability, currency } of entries) {
      await world.rows(
        `insert into stage_change
           (workspace_id, id, deal_id, to_stage_id, entered_at, door, currency, amount_minor, probability)
           values ($1, $2, $3, $4, $5, 'API', $6, $7, $8)`,
        [world.workspaceId, world.services.newId(), deal.id, world.pipelines.deal.stages[stage], at(minute), currency,
          amount, probability]);
    }
  }
});
afterAll(() => world.close());

/** The ledger read by hand: where each deal stood, and what it was worth, at that minute. */
function replay(minute: number, isSeen: (deal: Past) => boolean): Record<string, object> {
  const found: Record<string, { count: number; sum: Record<string, number>; weightedSum: Record<string, number> }> = {};
  for (const deal of past) {
    const entry = deal.entries.findLast((each) => each.minute <= minute);
    if (!entry || !isSeen(deal) || (deal.deletedAt && deal.deletedAt <= at(minute))) continue;
    const stage = found[entry.stage] ??= { count: 0, sum: {}, weightedSum: {} };
    stage.count += 1;
    if (entry.amount === null) continue;
    const add = (sums: Record<string, number>, value: number) => {
      sums[entry.currency] = (sums[entry.currency] ?? 0) + value;
    };
    add(stage.sum, entry.amount);
    add(stage.weightedSum, Math.trunc((entry.amount * entry.probability) / 100));
  }
  return found;
}

type Sums = { amountMinor: string; currency: string }[];
const document = `query($id: ID!, $asOf: DateTime) { pipelineSummary(pipelineId: $id, asOf: $asOf) {
  stages { stage { name } count sum { amountMinor currency } weightedSum { amountMinor currency } }
  open { count } won { count } lost { count } } }`;

async function ask(member: WorldMember, asOf: Date) {
  const { pipelineSummary } = await world.as(member).data<{ pipelineSummary: {
    stages: { stage: { name: string }; count: number; sum: Sums; weightedSum: Sums }[]; open: { count: number };
  } }>(document, { id: `pipeline_${world.pipelines.deal.id}`, asOf: asOf.toISOString() });
  const sums = (list: Sums) => Object.fromEntries(
    list.map(({ currency, amountMinor }) => [currency, Number(amountMinor)]));
  return Object.fromEntries(pipelineSummary.stages.filter(({ count }) => count > 0).map(
    ({ stage, count, sum, weightedSum }) => [stage.name, { count, sum: sums(sum), weightedSum: sums(weightedSum) }]));
}

test('at any past instant the pipeline is what a replay of the ledger says', async () => {
  for (const minute of [0, 1, 7, 13, 19, 20, 21, 30, 500]) {
    expect(await ask(world.owner, at(minute)), `minute ${minute}`).toEqual(replay(minute, () => true));
  }
});

test('the past is seen under today\'s rights: a rep sees his own deals in it', async () => {
  expect(await ask(world.rep, at(15))).toEqual(replay(15, ({ owner }) => owner === world.rep));
  const viewer = await world.as(world.viewer).ask(document, {
    id: `pipeline_${world.pipelines.deal.id}`, asOf: at(15),
  });
  expect(viewer.errors[0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'deal.financial' });
});

test('before the first entry nothing is there, and the future cannot be asked about', async () => {
  expect(await ask(world.owner, at(-1))).toEqual({});
  const answer = await world.as(world.owner).ask(
    document, { id: `pipeline_${world.pipelines.deal.id}`, asOf: new Date(Date.now() + 60_000).toISOString() });
  expect(answer.errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'asOf' });
});

test('a stage that was retired since stands in the past that it was in', async () => {
  const { stages } = world.pipelines.deal;
  await world.rows('update stage set deleted_at = $2 where id = $1', [stages.Lost, at(40)]);
  expect(await ask(world.owner, at(30))).toEqual(replay(30, () => true));
  await world.rows('update stage set deleted_at = null where id = $1', [stages.Lost]);
});
