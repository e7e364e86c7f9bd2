import { arrange } from '../../db/arrange.ts';
import type { PipelineKind } from '../../db/generated/prisma/enums.ts';
import { lock } from '../../db/lock.ts';
import { holdStages } from '../../db/stage-facts.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, inUse, invalid, notFound } from '../errors.ts';
import { recordsOf } from '../noun-models.ts';
import { nounOfKind } from '../pipeline/kinds.ts';
import { readableIds, sightProblems } from '../records.ts';
import type { StageStatus } from './stage-fields.ts';

export type PlacedStage = { id: string; name: string; status: StageStatus; position: number };

/**
 * Nobody else changes pipelines until the transaction ends, and whoever moves records through this one is done with it.
 * Its stages are taken all at once, in one order for everybody.
 */
export async function holdPipeline({ tx, principal }: CommandContext, pipelineId: string): Promise<void> {
  await lock(tx, principal.workspace.id, 'pipelines');
  await holdStages(tx, principal.workspace.id, pipelineId);
}

/** The pipeline's stages that are neither in the bin nor retired, in their order. Hold the pipeline before. */
export async function stagesInOrder({ tx, principal }: CommandContext, pipelineId: string): Promise<PlacedStage[]> {
  return tx.stage.findMany({
    where: { workspaceId: principal.workspace.id, pipelineId, deletedAt: null, retiredAt: null },
    select: { id: true, name: true, status: true, position: true }, orderBy: [{ position: 'asc' }, { id: 'asc' }],
  });
}

/** Makes the places of a pipeline's stages 0, 1, 2 … again, in the order of these ids. */
export async function arrangeStages({ tx, principal, now }: CommandContext, ids: readonly string[]): Promise<void> {
  await arrange(tx, principal.workspace.id, 'stage', ids, now);
}

/** What is wrong with the stages that records are to go to from here: only others of the same pipeline will do. */
export async function nextStageProblems(
  context: CommandContext, nextStageIds: readonly string[] | null | undefined, stages: readonly PlacedStage[],
  self: string | null,
): Promise<UserError[]> {
  const wanted = nextStageIds ?? [];
  const known = await readableIds(context, 'stage', wanted);
  return wanted.flatMap((id, at) => {
    const path = ['input', 'nextStageIds', String(at)];
    if (!known.has(id)) return [notFound('stage', ...path)];
    if (id === self) return [invalid('A record in a stage is there already: name other stages.', ...path)];
    return stages.some((stage) => stage.id === id) ? [] : [invalid('This is a stage of another pipeline.', ...path)];
  });
}

/** Replaces the list of stages that records may go to from here. */
export async function writeNextStages(
  { tx, principal }: CommandContext, pipelineId: string, fromStageId: string, nextStageIds: readonly string[],
): Promise<void> {
  const workspaceId = principal.workspace.id;
  await tx.stageTransition.deleteMany({ where: { workspaceId, fromStageId } });
  const data = [...new Set(nextStageIds)].map((toStageId) => ({ workspaceId, pipelineId, fromStageId, toStageId }));
  if (data.length > 0) await tx.stageTransition.createMany({ data });
}

/**
 * A problem when records stand there, which would be nowhere, or mean something else.
 *
 * @param where the stage, or the pipeline
 * @param bin whether records in the bin count, too
 */
export async function occupationProblems(
  context: CommandContext, kind: PipelineKind, where: { stageId: string } | { pipelineId: string }, path: string,
  { bin = false } = {},
): Promise<UserError[]> {
  const { tx, principal } = context;
  const noun = nounOfKind(kind);
  const unseen = sightProblems(context, noun, 'input', path);
  if (unseen.length > 0) return unseen;
  const inIt = { where: { workspaceId: principal.workspace.id, ...(bin ? {} : { deletedAt: null }), ...where } };
  const count = await recordsOf(tx, noun).count(inIt);
  if (count === 0) return [];
  const held = bin ? `${noun}s, the bin included` : `${noun}s that are not in the bin`;
  return [inUse(`It holds ${held}: ${count}. Move them elsewhere first.`, count, 'input', path)];
}
