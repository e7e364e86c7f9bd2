import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

type Sums = { amountMinor: string; currency: string }[] | null;
type Totals = { count: number; sum?: Sums; weightedSum?: Sums };
type Summary = { pipelineSummary: ({
  stages: (Totals & { stage: { name: string } })[];
} & Record<'open' | 'won' | 'lost', Totals>) | null };

const totals = '{ count sum { amountMinor currency } weightedSum { amountMinor currency } }';
const document = `query($id: ID!, $where: DealWhere) { pipelineSummary(pipelineId: $id, where: $where) {
  pipeline { name kind } stages { stage { id name status } ${totals.slice(1)} open ${totals} won ${totals} lost ${totals} } }`;

let world: World;
let pipelineId: string;
beforeAll(async () => {
  world = await openWorld();
  pipelineId = `pipeline_${world.pipelines.deal.id}`;
  const { rep, colleague } = world;
  const [first, second] = Object.keys(world.pipelines.deal.stages) as [string, string];
  await world.aDeal({ owner: rep, stage: first, amountMinor: 1_005n, currency: 'EUR', probability: 33 });
  await world.aDeal({ owner: rep, stage: first, amountMinor: 1_005n, currency: 'EUR', probability: 33 });
  await world.aDeal({ owner: rep, stage: first, amountMinor: -101n, currency: 'USD', probability: 50 });
  await world.aDeal({ owner: rep, stage: first, amountMinor: null, currency: 'JPY' });
  await world.aDeal({
    owner: colleague, stage: second, amountMinor: 9_223_372_036_854_775_807n, currency: 'EUR', probability: 100,
  });
  await world.aDeal({
    owner: colleague, stage: second, amountMinor: 9_223_372_036_854_775_807n, currency: 'EUR', probability: 100,
  });
  await world.aDeal({ owner: world.southRep, stage: 'Won', amountMinor: 700n, currency: 'EUR', probability: 100 });
  await world.aDeal({ owner: rep, stage: first, amountMinor: 5n, deletedAt: new Date() });
});
afterAll(() => world.close());

async function summaryFor(member: WorldMember, where?: object): Promise<NonNullable<Summary['pipelineSummary']>> {
  const { pipelineSummary } = await world.as(member).data<Summary>(document, { id: pipelineId, where });
  return pipelineSummary!;
}

test('a stage tells how many deals it has and what they are worth, one sum for each currency', async () => {
  const { stages, open, won, lost } = await summaryFor(world.owner);
  expect(stages.map(({ stage }) => stage.name)).toEqual(Object.keys(world.pipelines.deal.stages));
  expect(stages[0]).toMatchObject({
    count: 4,
    sum: [{ amountMinor: '2010', currency: 'EUR' }, { amountMinor: '-101', currency: 'USD' }],
    weightedSum: [{ amountMinor: '662', currency: 'EUR' }, { amountMinor: '-50', currency: 'USD' }],
  });
  expect(stages[1]).toMatchObject({ count: 2, sum: [{ amountMinor: '18446744073709551614', currency: 'EUR' }] });
  expect(open.count).toBe(6);
  expect(won).toEqual({
    count: 1, sum: [{ amountMinor: '700', currency: 'EUR' }], weightedSum: [{ amountMinor: '700', currency: 'EUR' }],
  });
  expect(lost).toEqual({ count: 0, sum: [], weightedSum: [] });
});

test('the weighted sum is what the deals\' own weighted amounts add up to', async () => {
  const { deals } = await world.as(world.owner).data<{
    deals: { nodes: { weightedAmount: { amountMinor: string } | null }[] };
  }>(
    'query($s: ID!) { deals(where: { stageId: { eq: $s }, currency: { eq: "EUR" } }) { nodes { weightedAmount { amountMinor } } } }',
    { s: `stage_${Object.values(world.pipelines.deal.stages)[0]!}` });
  const added = deals.nodes.reduce((sum, deal) => sum + BigInt(deal.weightedAmount!.amountMinor), 0n);
  expect((await summaryFor(world.owner)).stages[0]!.weightedSum![0]!.amountMinor).toBe(String(added));
});

test('everybody counts what is in his own reach', async () => {
  const counts = async (member: WorldMember) => {
    const { open, won } = await summaryFor(member);
    return [open.count, won.count];
  };
  expect(await counts(world.rep)).toEqual([4, 0]);
  expect(await counts(world.manager)).toEqual([6, 0]);
  expect(await counts(world.southManager)).toEqual([0, 1]);
});

test('what is shared with a rep counts for him', async () => {
  const member = await world.aMember();
  const deal = await world.aDeal({ owner: world.southRep, stage: 'Won', amountMinor: 11n, currency: 'CHF' });
  await world.rows(
    'insert into record_share (workspace_id, id, deal_id, member_id, level) values ($1, gen_random_uuid(), $2, $3, $4)',
      [world.workspaceId, deal.id, member.id, 'READ']);
  expect((await summaryFor(member)).won).toMatchObject({ count: 1, sum: [{ amountMinor: '11', currency: 'CHF' }] });
  await world.rows('delete from deal where id = $1', [deal.id]);
});

test('who may not read amounts gets counts, and one refusal for each sum that the document asks for', async () => {
  const answer = await world.as(world.viewer).ask<Summary>(
    'query($id: ID!) { pipelineSummary(pipelineId: $id) { stages { count sum { amountMinor } } open { count } } }',
    { id: pipelineId });
  expect(answer.data!.pipelineSummary!.stages[0]).toEqual({ count: 4, sum: null });
  expect(answer.data!.pipelineSummary!.open.count).toBe(6);
  expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'FORBIDDEN', field: 'StageSummary.sum', permission: 'deal.financial' }]);
});

test('who may read the amounts of some deals only gets no sum over all of them', async () => {
  const member = await world.aMember({ roles: ['VIEWER', 'REP'] });
  const answer = await world.as(member).ask<Summary>(document, { id: pipelineId });
  expect(answer.data!.pipelineSummary!.open).toEqual({ count: 6, sum: null, weightedSum: null });
  expect(new Set(answer.errors.map(({ extensions }) => extensions!.permission))).toEqual(new Set(['deal.financial']));
});

test('a condition narrows the deals, and one over a field that may not be read is refused', async () => {
  const { open } = await summaryFor(world.owner, { currency: { eq: 'USD' } });
  expect(open).toMatchObject({ count: 1, sum: [{ amountMinor: '-101', currency: 'USD' }] });
  const refused = await world.as(world.viewer).ask<Summary>(document, {
    id: pipelineId, where: { amount: { gt: '1' } },
  });
  expect(refused.data!.pipelineSummary).toBeNull();
  expect(refused.errors[0]!.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'where.amount' });
});

test('a pipeline for leads counts leads, and takes no condition about deals', async () => {
  await world.aLead({ owner: world.rep, amountMinor: 5n });
  const id = `pipeline_${world.pipelines.lead.id}`;
  const { pipelineSummary } = await world.as(world.rep).data<Summary>(document, { id });
  expect(pipelineSummary!.open).toEqual({ count: 1, sum: [], weightedSum: [] });
  const refused = await world.as(world.rep).ask(document, { id, where: { currency: { eq: 'EUR' } } });
  expect(refused.errors[0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: 'where' });
});

test('another workspace\'s pipeline is absent', async () => {
  const rival = await world.another();
  expect(await world.as(rival.owner).data(document, { id: pipelineId })).toEqual({ pipelineSummary: null });
});

test('a summary is one statement, whatever it asks for', async () => {
  const statements = async (text: string) => {
    const before = world.database.statementCount;
    await world.as(world.owner).data(text, { id: pipelineId });
    return world.database.statementCount - before;
  };
  const principal = await statements('query($id: ID!) { node(id: $id) { id } }') - 2;
  // It travels behind the statement that sets the workspace.
  expect(await statements(document.replace(', $where: DealWhere', '').replace(', where: $where', '')) - principal)
    .toBe(2);
  expect(await statements('query($id: ID!) { pipelineSummary(pipelineId: $id) { pipeline { id } } }') - principal)
    .toBe(2);
});
