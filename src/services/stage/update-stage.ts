import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import {
  type StageFields, openStageProblems, openStageValues, placeAmong, probabilityOf, stageFieldProblems, stageNameTaken,
} from './stage-rules.ts';
import {
  arrangeStages,
  nextStageProblems,
  occupationProblems,
  stagesInOrder,
  writeNextStages,
} from './stages-of-pipeline.ts';

export type UpdateStageInput = StageFields & { id: string; version: number };

/**
 * Changes a stage: its name, place, probability, where records may go from it. Records that are in it keep the
 * probability they came with; what it means to be in it can change only while none is.
 */
export const updateStage = command<UpdateStageInput>('stage.update', async (context, input) => {
  const { tx, principal, now } = context;
  await lock(tx, principal.workspace.id, 'pipelines');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.stage.findFirst({
    where: mayUpdate,
    include: {
      pipeline: { select: { kind: true } },
      nextStages: { select: { toStageId: true }, orderBy: { toStageId: 'asc' } },
    },
  });
  if (!found) return refused(notFound('stage', 'input', 'id'));
  const { pipeline, nextStages, ...before } = found;
  const status = input.status ?? before.status;
  const isStatusChanged = status !== before.status;
  const stages = await stagesInOrder(context, before.pipelineId);
  const others = stages.filter(({ id }) => id !== input.id);
  // Where its meaning changes, its old place may be among stages of another meaning: it goes behind its like.
  const wanted = input.position ?? (isStatusChanged ? null : before.position);
  const { place, problems: placeProblems } = placeAmong(others, status, wanted);
  const { probability, problems: probabilityProblems } = probabilityOf(
    status, input.probability, isStatusChanged ? null : before.probability);
  const name = input.name?.trim() || before.name;
  const claim = { value: name, scope: before.pipelineId, id: input.id };
  const problems = [
    ...stageFieldProblems(input, false), ...placeProblems, ...probabilityProblems, ...openStageProblems(status, input),
    ...await nextStageProblems(context, input.nextStageIds, stages, input.id),
    ...(await takenProblems(context, 'stage', [claim], stageNameTaken, 'input', 'name')).flat(),
    ...(isStatusChanged
      ? await occupationProblems(context, pipeline.kind, { stageId: input.id }, 'status', { bin: true })
      : []),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.stage.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: {
      name, status, probability, ...openStageValues(status, input), position: place, version: { increment: 1 },
      updatedAt: now,
    },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  await arrangeStages(context, others.map(({ id }) => id).toSpliced(place, 0, input.id));
  if (!input.nextStageIds) return done(input.id, after.version, { before, after });
  await writeNextStages(context, before.pipelineId, input.id, input.nextStageIds);
  return done(input.id, after.version, {
    before: { ...before, nextStages: nextStages.map(({ toStageId }) => toStageId) },
    after: { ...after, nextStages: [...new Set(input.nextStageIds)].sort() },
  });
});
