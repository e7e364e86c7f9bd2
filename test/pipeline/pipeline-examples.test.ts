import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const example = (name: string) => readFileSync(path.join(projectFolder, 'examples', `${name}.graphql`), 'utf8');
const stage = (name: string) => `stage_${world.pipelines.deal.stages[name]}`;

test('the examples about moves and pipelines run as they stand', async () => {
  const [one, two, three] = [await world.aDeal(), await world.aDeal(), await world.aDeal()];
  const admin = world.as(world.admin);
  const moved = await admin.data(example('04-move-a-deal'), {
    input: { id: one.globalId, version: 1, stageId: stage('Proposal'), amount: { amountMinor: '900' } },
  });
  expect(moved).toMatchObject({ dealMove: { deal: { stage: { name: 'Proposal' } }, userErrors: [] } });
  const many = await admin.data(example('05-move-many-deals'), {
    input: { moves: [two, three].map(({ globalId }) => ({ id: globalId, version: 1, stageId: stage('Engaging') })) },
  });
  expect(many).toMatchObject({ dealMoveMany: { doneCount: 2, refusedCount: 0 } });
  const input = {
    id: `pipeline_${world.pipelines.deal.id}`, version: 1,
    stages: ['Prospecting', 'Proposal', 'Negotiation', 'Won', 'Lost'].map((name) => ({
      id: stage(name), ...(name === 'Proposal' ? { takesFromIds: [stage('Engaging')] } : {}),
    })),
  };
  const plan = await admin.data(example('11-plan-a-pipeline'), { input });
  expect(plan).toMatchObject({ pipelineChangePlan: { movedCount: 2, userErrors: [] } });
  const changed = await admin.data(example('12-change-a-pipeline'), { input });
  expect(changed).toMatchObject({
    pipelineChange: { pipeline: { version: 2, retiredStages: [{ name: 'Engaging' }] }, userErrors: [] },
  });
});
