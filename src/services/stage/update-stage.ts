import { lock } from '../../db/lock.ts';
import type { PrismaWhere } from '../../db/print-prisma.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { nounOfKind } from '../pipeline/kinds.ts';
import { reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import {
  entryRuleColumns, entryRuleInputProblems, entryRuleLists, entryRuleListsBefore, writeEntryRuleLists,
} from './entry-rules.ts';
import {
  type StageFields, openStageProblems, openStageValues, placeAmong, probabilityOf, stageFieldProblems, stageNameTaken,
} from './stage-fields.ts';
import {
  type PlacedStage, arrangeStages, holdPipeline, nextStageProblems, occupationProblems, stagesInOrder, writeNextStages,
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
  const found = await findStage(context, mayUpdate);
  const { before } = found;
  const stages = await stagesInOrder(context, known.pipelineId);
  const others = stages.filter(({ id }) => id !== input.id);
  const planned = planUpdate(input, before, others);
  const problems = await updateProblems(context, input, found, planned, stages);
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const { name, status, probability, place, isRetired, isRetiring, isComingBack } = planned;
  const [written] = await tx.stage.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: {
      name,
      status,
      probability,
      ...openStageValues(status, input),
      position: place,
      ...entryRuleColumns(input),
      ...(isRetiring || isComingBack ? { retiredAt: isRetiring ? now : null } : {}),
      version: { increment: 1 },
      updatedAt: now,
    },
  });
  if (!written) return refused(versionConflict(before.version + 1));
  const ids = others.map(({ id }) => id);
  await arrangeStages(context, isRetired ? ids : ids.toSpliced(place, 0, input.id));
  const lists = await writeLists(context, input, found);
  return done(input.id, written.version, {
    before: { ...before, ...lists.before }, after: { ...written, ...lists.after },
  });
});

type Found = Awaited<ReturnType<typeof findStage>>;

/** The stage as it is, with what its rules and its pipeline say. */
async function findStage({ tx }: CommandContext, where: PrismaWhere) {
  const { pipeline, nextStages, _count: count, ...before } = await tx.stage.findFirstOrThrow({
    where,
    include: {
      pipeline: { select: { kind: true } },
      nextStages: { select: { toStageId: true }, orderBy: { toStageId: 'asc' } },
      _count: { select: { reasons: true } },
    },
  });
  return {
    before, kind: pipeline.kind, nextStageIds: nextStages.map(({ toStageId }) => toStageId), reasons: count.reasons,
  };
}

type Planned = ReturnType<typeof planUpdate>;

/** What the input makes of the stage; `problems` are those of its place and its probability. */
function planUpdate(input: UpdateStageInput, before: Found['before'], others: readonly PlacedStage[]) {
  const status = input.status ?? before.status;
  const isStatusChanged = status !== before.status;
  const isRetired = input.isRetired ?? before.retiredAt !== null;
  const isComingBack = before.retiredAt !== null && !isRetired;
  const isRetiring = before.retiredAt === null && isRetired;
  // Where its meaning changes, its old place may be among stages of another meaning: it goes behind its like.
  const wanted = input.position ?? (isStatusChanged || isComingBack ? null : before.position);
  const { place, problems: placeProblems } = isRetired
    ? { place: before.position, problems: retiredPlaceProblems(input) }
    : placeAmong(others, status, wanted);
  const { probability, problems: probabilityProblems } = probabilityOf(
    status, input.probability, isStatusChanged ? null : before.probability,
  );
  return {
    name: input.name?.trim() || before.name, status, probability, place, isStatusChanged, isRetired, isComingBack,
    isRetiring, problems: [...placeProblems, ...probabilityProblems],
  };
}

/** All that stands against the update but the version. */
async function updateProblems(
  context: CommandContext, input: UpdateStageInput, { before, kind, reasons }: Found, planned: Planned,
  stages: readonly PlacedStage[],
): Promise<UserError[]> {
  const { name, status, isStatusChanged, isRetired, isComingBack, isRetiring } = planned;
  const claim = isRetired ? null : { value: name, scope: before.pipelineId, id: input.id };
  const rules = { noun: nounOfKind(kind), status, before: { ...before, reasons } };
  const mustBeEmpty = isStatusChanged || isRetiring;
  return [
    ...stageFieldProblems(input, false),
    ...planned.problems,
    ...openStageProblems(status, input),
    ...(await entryRuleInputProblems(context, input, rules)),
    ...(await nextStageProblems(context, input.nextStageIds, stages, input.id)),
    ...(await takenProblems(context, 'stage', claim, stageNameTaken, 'input', isComingBack ? 'isRetired' : 'name')),
    ...(mustBeEmpty
      ? await occupationProblems(
        context, kind, { stageId: input.id }, isStatusChanged ? 'status' : 'isRetired', { bin: true },
      )
      : []),
  ];
}

/** Writes the lists that the input names. @returns what they were and what they are, for the audit */
async function writeLists(
  context: CommandContext, input: UpdateStageInput, { before: { pipelineId }, nextStageIds }: Found,
) {
  const lists = entryRuleLists(input);
  const listsBefore = await entryRuleListsBefore(context, input.id, lists);
  await writeEntryRuleLists(context, [{ stageId: input.id, ...lists }]);
  if (!input.nextStageIds) return { before: listsBefore, after: lists };
  await writeNextStages(context, pipelineId, input.id, input.nextStageIds);
  return {
    before: { ...listsBefore, nextStages: nextStageIds },
    after: { ...lists, nextStages: [...new Set(input.nextStageIds)].sort() },
  };
}

function retiredPlaceProblems({ position }: UpdateStageInput): UserError[] {
  if (position === null || position === undefined) return [];
  return [invalid('A retired stage has no place among the others.', 'input', 'position')];
}
