import type { CommandContext } from '../command.ts';
import { deleteCommand, restoreCommand } from '../delete-records.ts';
import { invalid } from '../errors.ts';
import { takenProblems } from '../taken-names.ts';
import { placeAmong, roomProblems } from './stage-fields.ts';
import { arrangeStages, holdPipeline, occupationProblems, stagesInOrder } from './stages-of-pipeline.ts';

function stageOf({ tx, principal }: CommandContext, id: string) {
  return tx.stage.findFirstOrThrow({
    where: { workspaceId: principal.workspace.id, id },
    select: {
      name: true,
      status: true,
      position: true,
      pipelineId: true,
      pipeline: { select: { kind: true, deletedAt: true } },
    },
  });
}

/** A stage goes when no record stands in it; those behind it move up. */
export const deleteStage = deleteCommand('stage', async (context, id) => {
  const { pipeline, pipelineId } = await stageOf(context, id);
  await holdPipeline(context, pipelineId);
  return occupationProblems(context, pipeline.kind, { stageId: id }, 'id');
}, async (context, id) => {
  const { pipelineId } = await stageOf(context, id);
  await arrangeStages(context, (await stagesInOrder(context, pipelineId)).map((stage) => stage.id));
});

/** A stage comes back to where it was, as far as its like still stand there. */
export const restoreStage = restoreCommand('stage', async (context, id) => {
  await holdPipeline(context, (await stageOf(context, id)).pipelineId);
  const { name, pipelineId, pipeline } = await stageOf(context, id);
  if (pipeline.deletedAt)
    return [invalid('Its pipeline is in the bin: restore that, and its stages come with it.', 'input', 'id')];
  const claim = { value: name, scope: pipelineId, id };
  const nameTaken = 'Another stage of the pipeline has its name by now.';
  return [
    ...(await takenProblems(context, 'stage', claim, nameTaken, 'input', 'id')),
    ...roomProblems(await stagesInOrder(context, pipelineId), 'id'),
  ];
}, async (context, id) => {
  const { status, position, pipelineId } = await stageOf(context, id);
  const others = (await stagesInOrder(context, pipelineId)).filter((stage) => stage.id !== id);
  const { place } = placeAmong(others, status, position);
  await context.tx.stage.updateMany({
    where: { workspaceId: context.principal.workspace.id, id },
    data: { position: place },
  });
  await arrangeStages(context, others.map((stage) => stage.id).toSpliced(place, 0, id));
});
