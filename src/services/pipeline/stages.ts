import type { Principal } from '../../auth/principal.ts';
import type { Transaction } from '../../db/database.ts';
import { type UserError, invalid, userError } from '../errors.ts';
import { textProblems } from '../validate.ts';

/** A stage as the rules see it. */
export type StageFacts = {
  id: string; pipelineId: string; name: string; position: number; status: 'OPEN' | 'WON' | 'LOST'; probability: number;
  /** Stages that records may go to from here; empty means any of the pipeline. */
  nextStageIds: readonly string[];
};

const facts = {
  id: true, pipelineId: true, name: true, position: true, status: true, probability: true,
  // A stage that only led to deleted ones leads to any.
  nextStages: { where: { toStage: { is: { deletedAt: null } } }, select: { toStageId: true } },
} as const;

type StageRow = Omit<StageFacts, 'nextStageIds'> & { nextStages: readonly { toStageId: string }[] };

/** The stages of these ids. Deleted ones are left out: nothing may enter them. */
export async function stagesById(
  tx: Transaction, workspaceId: string, ids: readonly string[],
): Promise<Map<string, StageFacts>> {
  const stages = await tx.stage.findMany({
    where: { workspaceId, id: { in: [...ids] }, deletedAt: null, pipeline: { is: { deletedAt: null } } }, select: facts,
  });
  return new Map(stages.map(factsOf));
}

/** All stages of the pipelines for deals, or for leads; `first` is where a new record begins. */
export async function stagesOfKind(
  tx: Transaction, workspaceId: string, kind: 'DEAL' | 'LEAD',
): Promise<{ stages: Map<string, StageFacts>; first: StageFacts | undefined }> {
  const rows = await tx.stage.findMany({
    where: { workspaceId, deletedAt: null, pipeline: { is: { kind, deletedAt: null } } },
    orderBy: [{ pipeline: { position: 'asc' } }, { pipelineId: 'asc' }, { position: 'asc' }], select: facts,
  });
  const stages = new Map(rows.map(factsOf));
  return { stages, first: [...stages.values()].find(({ status }) => status === 'OPEN') };
}

function factsOf({ nextStages, ...stage }: StageRow): [string, StageFacts] {
  return [stage.id, { ...stage, nextStageIds: nextStages.map(({ toStageId }) => toStageId) }];
}

/** The stage that an input names, as far as the principal can read stages: these belong to all, so all or none. */
export function stageNamed(
  { profile }: Principal, stages: Map<string, StageFacts>, id: string,
): StageFacts | undefined {
  return profile.reachOf('stage', 'read') === 'any' ? stages.get(id) : undefined;
}

/**
 * All that stands against moving a record to a stage.
 *
 * @param from the stage it is in; undefined when that was deleted: then any of the pipeline may follow
 */
export function moveProblems(
  record: { pipelineId: string; stageId: string }, from: StageFacts | undefined, to: StageFacts,
): UserError[] {
  const refuse = (message: string): UserError[] => [{
    ...userError('STAGE_NOT_ALLOWED', message, 'input', 'stageId'), type: 'StageNotAllowed',
    data: { fromStageId: record.stageId, toStageId: to.id, allowedStageIds: from?.nextStageIds ?? [] },
  }];
  if (record.pipelineId !== to.pipelineId) return refuse(`${to.name} is a stage of another pipeline.`);
  if (from && from.id !== to.id && from.nextStageIds.length > 0 && !from.nextStageIds.includes(to.id)) {
    return refuse(`The pipeline does not lead from ${from.name} to ${to.name}.`);
  }
  return [];
}

/** A loss reason goes with a stage that means lost. */
export function lossReasonProblems(lossReason: string | null | undefined, stage: StageFacts | undefined): UserError[] {
  const path = ['input', 'lossReason'];
  const isOutOfPlace = lossReason && stage && stage.status !== 'LOST';
  return [
    ...textProblems(lossReason, path, { max: 200 }),
    ...(isOutOfPlace ? [invalid('A loss reason goes with a stage that means lost.', ...path)] : []),
  ];
}
