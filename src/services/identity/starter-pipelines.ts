import type { Prisma } from '../../db/generated/prisma/client.ts';
import type { ForecastCategory, PipelineKind, RotClock } from '../../db/generated/prisma/enums.ts';
import type { Transaction } from '../../db/database.ts';

type StarterStage = {
  name: string; probability: number; status?: 'WON' | 'LOST'; forecastCategory?: ForecastCategory;
  rotAfterDays?: number;
  rotClock?: RotClock;
};

/** What a workspace begins with, to be changed as people like. A stage leads to every other one of its pipeline. */
const starterPipelines: { name: string; kind: PipelineKind; stages: StarterStage[] }[] = [
  {
    name: 'Sales', kind: 'DEAL', stages: [
      { name: 'Prospecting', probability: 10, rotAfterDays: 30, rotClock: 'OWNER_ACTIVITY' },
      { name: 'Engaging', probability: 30, rotAfterDays: 21, rotClock: 'OWNER_ACTIVITY' },
      {
        name: 'Proposal', probability: 60, forecastCategory: 'BEST_CASE', rotAfterDays: 14, rotClock: 'OWNER_ACTIVITY',
      },
      {
        name: 'Negotiation', probability: 80, forecastCategory: 'COMMIT', rotAfterDays: 14, rotClock: 'OWNER_ACTIVITY',
      },
      { name: 'Won', probability: 100, status: 'WON' },
      { name: 'Lost', probability: 0, status: 'LOST' },
    ],
  },
  {
    name: 'Leads', kind: 'LEAD', stages: [
      { name: 'New', probability: 5 },
      { name: 'Contacted', probability: 15 },
      { name: 'Qualified', probability: 40 },
      { name: 'Converted', probability: 100, status: 'WON' },
      { name: 'Disqualified', probability: 0, status: 'LOST' },
    ],
  },
];

export async function createStarterPipelines(
  tx: Transaction, workspaceId: string, newId: () => string, now: Date,
): Promise<void> {
  const made = { createdAt: now, updatedAt: now };
  const pipelines: Prisma.PipelineCreateManyInput[] = [];
  const stages: Prisma.StageCreateManyInput[] = [];
  for (const [place, { name, kind, stages: steps }] of starterPipelines.entries()) {
    const pipelineId = newId();
    pipelines.push({ workspaceId, id: pipelineId, name, kind, position: place, ...made });
    steps.forEach((step, position) =>
      stages.push({ workspaceId, id: newId(), pipelineId, position, ...step, ...made }));
  }
  await tx.pipeline.createMany({ data: pipelines });
  await tx.stage.createMany({ data: stages });
}
