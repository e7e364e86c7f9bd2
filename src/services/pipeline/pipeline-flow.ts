import type { Row } from '../../db/database.ts';
import type { FlowRows } from '../../db/pipeline-flow.ts';

export type StageFlow = {
  stage: Row;
  entered: number;
  left: number;
  medianSeconds: number | null;
  next: { stage: Row; count: number; share: number }[];
};

/** How records went from stage to stage. Shares are of all entries, so that they add up to one less those that stay. */
export function stageFlows({ stages, nextStages, totals, steps }: FlowRows): StageFlow[] {
  const byId = new Map(nextStages.map((stage) => [stage.id as string, stage]));
  const totalsById = new Map(totals.map((total) => [total.stageId, total]));
  return stages.map((stage) => {
    const { entered = 0, left = 0, medianSeconds = null } = totalsById.get(stage.id as string) ?? {};
    const next = steps.filter(({ stageId, nextId }) => stageId === stage.id && byId.has(nextId))
      .map(({ nextId, count }) => ({ stage: byId.get(nextId)!, count, share: count / entered }));
    return { stage, entered, left, medianSeconds, next };
  });
}
