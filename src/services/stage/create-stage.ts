import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { notFound } from '../errors.ts';
import { nounOfKind } from '../pipeline/kinds.ts';
import { linkProblems } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import { entryRuleColumns, entryRuleInputProblems, entryRuleLists, writeEntryRuleLists } from './entry-rules.ts';
import {
  type StageFields, openStageProblems, openStageValues, placeAmong, probabilityOf, roomProblems, stageFieldProblems,
  stageNameTaken,
} from './stage-fields.ts';
import {
  arrangeStages, holdPipeline, nextStageProblems, stagesInOrder, writeNextStages,
} from './stages-of-pipeline.ts';

export type CreateStageInput = StageFields & { pipelineId: string; name: string };

/** Adds a stage to a pipeline. */
export const createStage = command<CreateStageInput>('stage.create', async (context, input) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const { pipelineId } = input;
  await lock(tx, workspaceId, 'pipelines');
  const absent = await linkProblems(context, [{ noun: 'pipeline', id: pipelineId, path: ['input', 'pipelineId'] }]);
  if (absent.length > 0)
    return refused(notFound('pipeline', 'input', 'pipelineId'), ...stageFieldProblems(input, true));
  await holdPipeline(context, pipelineId);
  const { kind } = await tx.pipeline.findFirstOrThrow({
    where: { workspaceId, id: pipelineId }, select: { kind: true },
  });
  const others = await stagesInOrder(context, pipelineId);
  const status = input.status ?? 'OPEN';
  const placed = placeAmong(others, status, input.position);
  const likely = probabilityOf(status, input.probability, null);
  const claim = { value: input.name.trim(), scope: pipelineId };
  const problems = [
    ...stageFieldProblems(input, true),
    ...placed.problems,
    ...likely.problems,
    ...openStageProblems(status, input),
    ...(await entryRuleInputProblems(context, input, { noun: nounOfKind(kind), status })),
    ...(await nextStageProblems(context, input.nextStageIds, others, null)),
    ...(await takenProblems(context, 'stage', claim, stageNameTaken, 'input', 'name')),
    ...roomProblems(others, 'pipelineId'),
  ];
  if (problems.length > 0) return refused(...problems);
  const row = {
    workspaceId,
    id: services.newId(),
    pipelineId,
    name: input.name.trim(),
    status,
    probability: likely.probability,
    ...openStageValues(status, input),
    ...entryRuleColumns(input),
    position: placed.place,
    createdAt: now,
    updatedAt: now,
  };
  await tx.stage.create({ data: row, select: { id: true } });
  await arrangeStages(context, others.map(({ id }) => id).toSpliced(placed.place, 0, row.id));
  const nextStageIds = input.nextStageIds ?? [];
  if (nextStageIds.length > 0) await writeNextStages(context, pipelineId, row.id, nextStageIds);
  const lists = entryRuleLists(input);
  await writeEntryRuleLists(context, [{ stageId: row.id, ...lists }]);
  return done(row.id, 1, {
    after: { ...row, ...lists, ...(nextStageIds.length > 0 ? { nextStages: nextStageIds } : {}) },
  });
});
