import type { Principal } from '../../auth/principal.ts';
import type { Transaction } from '../../db/database.ts';
import { type UserError, userError } from '../errors.ts';

/** A stage as the rules see it. */
export type StageFacts = {
  id: string; pipelineId: string; name: string; position: number; status: 'OPEN' | 'WON' | 'LOST'; probability: number;
  /** Stages that records may go to from here; empty means any of the pipeline. */
  nextStageIds: readonly string[];
};

/** Stages by id, with where they lead. Deleted stages are left out: nothing may enter them. */
export async function stagesById(tx: Transaction, workspaceId: string, where: object): Promise<Map<string, StageFacts>> {
  const stages = await tx.stage.findMany({
    where: { workspaceId, deletedAt: null, pipeline: { is: { deletedAt: null } }, ...where },
    select: {
      id: true, pipelineId: true, name: true, position: true, status: true, probability: true,
      nextStages: { select: { toStageId: true } },
    },
  });
  return new Map(stages.map(({ nextStages, ...stage }) => (
    [stage.id, { ...stage, nextStageIds: nextStages.map(({ toStageId }) => toStageId) }])));
}

/** The stage that an input names, as far as the principal can read stages: these belong to all, so all or none. */
export function stageNamed({ profile }: Principal, stages: Map<string, StageFacts>, id: string): StageFacts | undefined {
  return profile.reachOf('stage', 'read') === 'any' ? stages.get(id) : undefined;
}

/** All that stands against moving from one stage to another. */
export function moveProblems(from: StageFacts | undefined, to: StageFacts): UserError[] {
  if (from && from.pipelineId !== to.pipelineId) {
    return [stageNotAllowed(`${to.name} is a stage of another pipeline.`, from, to)];
  }
  if (from && from.nextStageIds.length > 0 && !from.nextStageIds.includes(to.id)) {
    return [stageNotAllowed(`The pipeline does not lead from ${from.name} to ${to.name}.`, from, to)];
  }
  return [];
}

function stageNotAllowed(message: string, from: StageFacts, to: StageFacts): UserError {
  return {
    ...userError('STAGE_NOT_ALLOWED', message, 'input', 'stageId'), type: 'StageNotAllowed',
    data: { fromStageId: from.id, toStageId: to.id, allowedStageIds: from.nextStageIds },
  };
}
