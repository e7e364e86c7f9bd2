import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { nounOfKind } from '../pipeline/required-fields.ts';
import { reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import {
  entryRuleColumns, entryRuleInputProblems, entryRuleLists, entryRuleListsBefore, writeEntryRuleLists,
} from './entry-rules.ts';
import {
  type StageFields, openStageProblems, openStageValues, placeAmong, probabilityOf, stageFieldProblems, stageNameTaken,
} from './stage-fields.ts';
import {
  arrangeStages, holdPipeline, nextStageProblems, occupationProblems, stagesInOrder, writeNextStages,
} from './stages-of-pipeline.ts';

export type UpdateStageInput = StageFields & {
  id: string;
  version: number;
  /** A retired stage stays for history: nothing enters it, and it can be taken back. */
  isRetired?: boolean | null;
};

/**
 * Changes a stage: its name, place, probability, what it asks of records, where they may go from it. Records that are
 * in it keep the probability they came with, and are asked nothing after the event; what it means to be in it, and
 * whether it is in use, can change only while none is.
 */
export const updateStage = command<UpdateStageInput>('stage.update', async (context, input) => {
  const { tx, principal, now } = context;
  await lock(tx, principal.workspace.id, 'pipelines');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const known = await tx.stage.findFirst({ where: mayUpdate, select: { pipelineId: true } });
  if (!known) return refused(notFound('stage', 'input', 'id'));
  await holdPipeline(context, known.pipelineId);
  const { pipeline, nextStages, _count: count, ...before } = await tx.stage.findFirstOrThrow({
    where: mayUpdate,
    include: {
      pipeline: { select: { kind: true } },
      nextStages: { select: { toStageId: true }, orderBy: { toStageId: 'asc' } },
      _count: { select: { reasons: true } },
    },
  });
  const status = input.status ?? before.status;
  const isStatusChanged = status !== before.status;
  const isRetired = input.isRetired ?? before.retiredAt !== null;
  const comesBack = before.retiredAt !== null && !isRetired;
  const goes = before.retiredAt === null && isRetired;
  const stages = await stagesInOrder(context, before.pipelineId);
  const others = stages.filter(({ id }) => id !== input.id);
  // Where its meaning changes, its old place may be among stages of another meaning: it goes behind its like.
  const wanted = input.position ?? (isStatusChanged || comesBack ? null : before.position);
  const { place, problems: placeProblems } = isRetired
    ? { place: before.position, problems: retiredPlaceProblems(input) }
    : placeAmong(others, status, wanted);
  const { probability, problems: probabilityProblems } = probabilityOf(
    status, input.probability, isStatusChanged ? null : before.probability,
  );
  const name = input.name?.trim() || before.name;
  const claim = { value: name, scope: before.pipelineId, id: input.id };
  const problems = [
    ...stageFieldProblems(input, false),
    ...placeProblems,
    ...probabilityProblems,
    ...openStageProblems(status, input),
    ...(await entryRuleInputProblems(context, input, {
      noun: nounOfKind(pipeline.kind),
      status,
      before: { ...before, reasons: count.reasons },
    })),
    ...(await nextStageProblems(context, input.nextStageIds, stages, input.id)),
    ...(isRetired
      ? []
      : await takenProblems(context, 'stage', [claim], stageNameTaken, 'input', comesBack ? 'isRetired' : 'name')
    ).flat(),
    ...(isStatusChanged || goes
      ? await occupationProblems(
        context, pipeline.kind, { stageId: input.id }, isStatusChanged ? 'status' : 'isRetired', { bin: true },
      )
      : []),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.stage.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: {
      name,
      status,
      probability,
      ...openStageValues(status, input),
      position: place,
      ...entryRuleColumns(input),
      ...(goes || comesBack ? { retiredAt: goes ? now : null } : {}),
      version: { increment: 1 },
      updatedAt: now,
    },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const ids = others.map(({ id }) => id);
  await arrangeStages(context, isRetired ? ids : ids.toSpliced(place, 0, input.id));
  const lists = entryRuleLists(input);
  const listsBefore = await entryRuleListsBefore(context, input.id, lists);
  await writeEntryRuleLists(context, [{ stageId: input.id, ...lists }]);
  if (input.nextStageIds) await writeNextStages(context, before.pipelineId, input.id, input.nextStageIds);
  const led = input.nextStageIds ? { nextStages: nextStages.map(({ toStageId }) => toStageId) } : {};
  const leads = input.nextStageIds ? { nextStages: [...new Set(input.nextStageIds)].sort() } : {};
  return done(input.id, after.version, {
    before: { ...before, ...listsBefore, ...led },
    after: { ...after, ...lists, ...leads },
  });
});

function retiredPlaceProblems({ position }: UpdateStageInput): UserError[] {
  if (position === null || position === undefined) return [];
  return [invalid('A retired stage has no place among the others.', 'input', 'position')];
}
