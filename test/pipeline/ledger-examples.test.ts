import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const example = (name: string) => readFileSync(path.join(projectFolder, 'examples', `${name}.graphql`), 'utf8');

test('the examples about forecasts, rates, rotting and the ledger run as they stand', async () => {
  const admin = world.as(world.admin);
  const before = new Date(Date.now() - 1_000).toISOString();
  const stage = (name: string) => `stage_${world.pipelines.deal.stages[name]}`;
  const { id } = await admin.done<{ id: string }>('dealCreate', {
    title: 'Pumps', stageId: stage('Prospecting'), amount: { amountMinor: '1000', currency: 'GBP' }, probability: 50,
    expectedCloseOn: '2027-03-10',
  });
  await admin.done('dealMove', { id, version: 1, stageId: stage('Proposal') });
  const { stage: { version } } =
    await admin.data<{ stage: { version: number } }>(`{ stage(id: "${stage('Proposal')}") { version } }`);
  await admin.done('stageUpdate', { id: stage('Proposal'), version, rotAfterDays: 14, rotClock: 'STAGE_CHANGE' });

  const made = await admin.data(example('32-write-down-a-rate'), {
    currency: 'GBP', validOn: '2026-01-01', rate: '1.5',
  });
  expect(made).toMatchObject({ exchangeRateCreate: { exchangeRate: { rate: '1.5' }, userErrors: [] } });
  const forecast = await admin.data(example('08-forecast'), { from: '2027-01-01', to: '2027-12-31' });
  expect(forecast.forecast).toMatchObject({ groups: [{
    month: '2027-03-01', count: 1, sum: [{ amountMinor: '1000', currency: 'GBP' }],
    weightedConverted: { amountMinor: '750' }, currenciesWithoutRate: [],
  }] });
  const past = await admin.data(example('09-pipeline-as-of'), {
    pipelineId: `pipeline_${world.pipelines.deal.id}`, asOf: before,
  });
  expect(past).toMatchObject({
    pipelineSummary: { open: { count: 0 } },
    pipelineFlow: expect.arrayContaining([expect.objectContaining({
      entered: 1, left: 1, next: [expect.objectContaining({ count: 1, share: 1 })],
    })]),
  });
  const rotting = await admin.data(example('10-rotting-deals'));
  expect(rotting.deals).toMatchObject({ nodes: [{
    title: 'Pumps', stage: { rotAfterDays: 14 }, rotting: { isRotting: false, clock: 'STAGE_CHANGE' },
    stageTimes: expect.arrayContaining([expect.objectContaining({ timesEntered: 1 })]),
  }] });
});
