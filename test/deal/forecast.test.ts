import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, type WorldMember, openWorld } from '../support/world.ts';

type Sums = { amountMinor: string; currency: string }[];
type Group = {
  category: string | null; month: string | null; member: { name: string } | null; team: { id: string } | null;
  count: number;
  sum: Sums; weightedSum: Sums; converted: Sums[number] | null; weightedConverted: Sums[number] | null;
  currenciesWithoutRate: string[];
};

const money = '{ amountMinor currency }';
const document = `query($by: [ForecastKey!]!, $from: Date, $to: Date, $where: DealWhere, $pipelineIds: [ID!]) {
  forecast(by: $by, from: $from, to: $to, where: $where, pipelineIds: $pipelineIds) { currency groups {
    category month member { name } team { id } count sum ${money} weightedSum ${money} converted ${money}
    weightedConverted ${money} currenciesWithoutRate } } }`;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const { rep, colleague, southRep } = world;
  const march = new Date('2026-03-10');
  await world.aDeal({
    owner: rep, stage: 'Proposal', amountMinor: 1_005n, currency: 'EUR', probability: 50, expectedCloseOn: march,
  });
  await world.aDeal({
    owner: rep, stage: 'Prospecting', amountMinor: 10_000n, currency: 'EUR', probability: 10, expectedCloseOn: march,
    forecastCategory: 'COMMIT',
  });
  await world.aDeal({ owner: colleague, stage: 'Negotiation', amountMinor: 900n, currency: 'JPY', probability: 80 });
  await world.aDeal({
    owner: southRep, stage: 'Won', amountMinor: 700n, currency: 'CHF', probability: 100,
    closedAt: new Date('2026-02-28T23:30:00Z'), expectedCloseOn: march,
  });
  await world.aDeal({ owner: rep, stage: 'Lost', amountMinor: 1n, expectedCloseOn: march });
  await world.aDeal({
    owner: rep, stage: 'Engaging', amountMinor: 1n, forecastCategory: 'OMITTED', expectedCloseOn: march,
  });
  const admin = world.as(world.admin);
  await admin.done('exchangeRateCreate', { currency: 'CHF', validOn: '2026-02-01', rate: '1.1' });
  await admin.done('exchangeRateCreate', { currency: 'CHF', validOn: '2026-03-01', rate: '2' });
  await admin.done('exchangeRateCreate', { currency: 'EUR', validOn: '2026-01-01', rate: '1.5' });
});
afterAll(() => world.close());

async function forecast(member: WorldMember, by: string[], rest: object = {}): Promise<Group[]> {
  const { forecast: found } = await world.as(member).data<{ forecast: { groups: Group[] } }>(document, { by, ...rest });
  return found.groups;
}
const found = async (member: WorldMember, by: string[], rest: object = {}) => (
  (await forecast(member, by, rest)).map(({ category, month, member: whose, count }) => (
    [category ?? month ?? whose?.name, count])));

test('deals add up by category: what was set by hand, else what the stage says; lost and omitted ones are left out', async () => {
  expect(await found(world.owner, ['CATEGORY'])).toEqual([['CLOSED', 1], ['COMMIT', 2], ['BEST_CASE', 1]]);
  const [closed, commit, best] = await forecast(world.owner, ['CATEGORY']);
  expect(closed!.sum).toEqual([{ amountMinor: '700', currency: 'CHF' }]);
  expect(commit!.sum).toEqual([{ amountMinor: '10000', currency: 'EUR' }, { amountMinor: '900', currency: 'JPY' }]);
  expect(best!.weightedSum).toEqual([{ amountMinor: '502', currency: 'EUR' }]);
});

test('a won deal is converted at the rate of the day it closed, in the workspace\'s time zone', async () => {
  const [closed] = await forecast(world.owner, ['CATEGORY']);
  expect(closed).toMatchObject({ converted: { amountMinor: '770', currency: 'USD' }, currenciesWithoutRate: [] });
  await world.rows(`update workspace set time_zone = 'Europe/Berlin' where id = $1`, [world.workspaceId]);
  expect((await forecast(world.owner, ['CATEGORY']))[0]).toMatchObject({ converted: { amountMinor: '1400' } });
  expect(await found(world.owner, ['MONTH'])).toEqual([['2026-03-01', 3], [undefined, 1]]);
  await world.rows(`update workspace set time_zone = 'UTC' where id = $1`, [world.workspaceId]);
});

test('where a rate is missing nothing is converted, and its currency is named', async () => {
  const [, commit, best] = await forecast(world.owner, ['CATEGORY']);
  expect(commit).toMatchObject({ converted: null, weightedConverted: null, currenciesWithoutRate: ['JPY'] });
  // 1005 and 502 at 1.5 are 1507.5 and 753.
  expect(best).toMatchObject({ converted: { amountMinor: '1508' }, weightedConverted: { amountMinor: '753' } });
});

test('months, members and teams tell deals apart, together too', async () => {
  expect(await found(world.owner, ['MONTH'])).toEqual([['2026-02-01', 1], ['2026-03-01', 2], [undefined, 1]]);
  expect((await found(world.owner, ['MEMBER'])).sort()).toEqual([['Colleague', 1], ['Rep', 2], ['South Rep', 1]]);
  const teams = await forecast(world.owner, ['TEAM']);
  expect(new Map(teams.map(({ team, count }) => [team!.id, count]))).toEqual(
    new Map([[`team_${world.teams.north.id}`, 3], [`team_${world.teams.south.id}`, 1]]));
  expect(await forecast(world.owner, ['MONTH', 'CATEGORY'])).toHaveLength(4);
});

test('everybody forecasts what is in his own reach, and who may not read amounts forecasts nothing', async () => {
  expect(await found(world.rep, ['CATEGORY'])).toEqual([['COMMIT', 1], ['BEST_CASE', 1]]);
  expect(await found(world.manager, ['CATEGORY'])).toEqual([['COMMIT', 2], ['BEST_CASE', 1]]);
  const { data, errors } = await world.as(world.viewer).ask<{ forecast: null }>(document, { by: ['CATEGORY'] });
  expect(data!.forecast).toBeNull();
  expect(errors[0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'deal.financial' });
});

test('what tells of a stage is not told to whoever cannot read stages', async () => {
  const unaware = await world.aMember({ roles: [], name: 'Unaware' });
  await world.grant(unaware, [{ noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] }]);
  const { errors } = await world.as(unaware).ask(document, { by: ['CATEGORY'] });
  expect(errors[0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'stage.read' });
  const { deals } = await world.as(unaware).data<{ deals: { nodes: { forecastCategory: string | null }[] } }>(
    '{ deals { nodes { forecastCategory } } }');
  expect(new Set(deals.nodes.map(({ forecastCategory }) => forecastCategory))).toEqual(new Set([null]));
});

test('members whom one cannot see are not told apart', async () => {
  const loner = await world.aMember({ roles: [], name: 'Loner', teamId: world.teams.north.id });
  await world.grant(loner, [
    { noun: 'deal', verb: 'read', reach: 'ANY', fieldGroups: ['financial'] },
    { noun: 'stage', verb: 'read', reach: 'ANY' }, { noun: 'team', verb: 'read', reach: 'ANY' },
    { noun: 'member', verb: 'read', reach: 'OWN' },
  ]);
  expect(await found(loner, ['CATEGORY'])).toEqual([['CLOSED', 1], ['COMMIT', 2], ['BEST_CASE', 1]]);
  expect(await found(loner, ['MEMBER'])).toEqual([[undefined, 4]]);
});

test('pipelines, days and conditions narrow it', async () => {
  const pipeline = `pipeline_${world.pipelines.deal.id}`;
  expect(await found(world.owner, ['CATEGORY'], { pipelineIds: [pipeline], from: '2026-03-01', to: '2026-03-31' }))
    .toEqual([['COMMIT', 1], ['BEST_CASE', 1]]);
  expect(await found(world.owner, ['CATEGORY'], { where: { currency: { eq: 'JPY' } } })).toEqual([['COMMIT', 1]]);
  const none = `pipeline_${world.services.newId()}`;
  expect(await found(world.owner, ['CATEGORY'], { pipelineIds: [none] })).toEqual([]);
});

test('a category set by hand stays while the deal moves, a closed deal is CLOSED, and null takes the stage\'s again', async () => {
  const rep = world.as(world.rep);
  const selection = 'id version forecastCategory isForecastCategorySetByHand';
  type Read = { id: string; version: number; forecastCategory: string; isForecastCategorySetByHand: boolean };
  const { stages } = world.pipelines.deal;
  const to = (deal: Read, name: string) => rep.done<Read>(
    'dealMove', { id: deal.id, version: deal.version, stageId: `stage_${stages[name]}` }, selection);
  let deal = await rep.done<Read>('dealCreate', { title: 'A deal' }, selection);
  expect(deal).toMatchObject({ forecastCategory: 'PIPELINE', isForecastCategorySetByHand: false });
  deal = await to(deal, 'Proposal');
  expect(deal.forecastCategory).toBe('BEST_CASE');
  deal = await rep.done<Read>(
    'dealUpdate', { id: deal.id, version: deal.version, forecastCategory: 'OMITTED' }, selection);
  deal = await to(deal, 'Negotiation');
  expect(deal).toMatchObject({ forecastCategory: 'OMITTED', isForecastCategorySetByHand: true });
  deal = await rep.done<Read>('dealUpdate', { id: deal.id, version: deal.version, forecastCategory: null }, selection);
  expect(deal).toMatchObject({ forecastCategory: 'COMMIT', isForecastCategorySetByHand: false });
  const refused = await rep.mutate('dealUpdate', { id: deal.id, version: deal.version, forecastCategory: 'CLOSED' });
  expect(refused.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'forecastCategory'] }]);
  expect((await to(deal, 'Won')).forecastCategory).toBe('CLOSED');
});

test('a forecast is one statement, whatever tells the deals apart', async () => {
  const statements = async (text: string, variables: object) => {
    const before = world.database.statementCount;
    await world.as(world.owner).data(text, variables as Record<string, unknown>);
    return world.database.statementCount - before;
  };
  const one = await statements('query($id: ID!) { node(id: $id) { id } }', { id: `stage_${world.services.newId()}` });
  expect(await statements(document, { by: ['CATEGORY', 'MEMBER', 'TEAM', 'MONTH'] })).toBe(one);
});
