import type { CommandContext } from '../command.ts';
import { deleteCommand, restoreCommand } from '../delete-records.ts';
import { holdPipeline, occupationProblems } from '../stage/stages-of-pipeline.ts';
import { takenProblems } from '../taken-names.ts';
import { closeGaps, pipelinesInOrder, placePipeline } from './places.ts';

function pipelineOf({ tx, principal }: CommandContext, id: string) {
  return tx.pipeline.findFirstOrThrow({
    where: { workspaceId: principal.workspace.id, id }, select: { name: true, kind: true, position: true },
  });
}

/** A pipeline goes when no record goes through it, and its stages go with it. */
export const deletePipeline = deleteCommand('pipeline', async (context, id) => {
  await holdPipeline(context, id);
  const { kind } = await pipelineOf(context, id);
  return occupationProblems(context, kind, { pipelineId: id }, 'id');
}, async (context, pipelineId, data) => {
  await context.tx.stage.updateMany({
    where: { workspaceId: context.principal.workspace.id, pipelineId, deletedAt: null },
    data,
  });
  await closeGaps(context);
});

/** Brings back with the pipeline exactly the stages that went with it; those deleted before stay in the bin. */
export const restorePipeline = restoreCommand('pipeline', async (context, id) => {
  await holdPipeline(context, id);
  const { name, kind } = await pipelineOf(context, id);
  const claim = { value: name, scope: kind, id };
  return takenProblems(context, 'pipeline', claim, 'Another pipeline of this kind has its name by now.', 'input', 'id');
}, async (context, pipelineId, data, deletedInBatchId) => {
  const { tx, principal } = context;
  const workspaceId = principal.workspace.id;
  await tx.stage.updateMany({ where: { workspaceId, pipelineId, deletedInBatchId }, data });
  const { position } = await pipelineOf(context, pipelineId);
  const place = Math.min(position, (await pipelinesInOrder(context)).length - 1);
  await tx.pipeline.updateMany({ where: { workspaceId, id: pipelineId }, data: { position: place } });
  await placePipeline(context, pipelineId, place);
});
