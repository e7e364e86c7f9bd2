import { lock } from '../../../db/lock.ts';
import { type CommandContext, type Done, command, contextFor, done, refused, unchanged } from '../../command.ts';
import { recordOutcomes } from '../../record-outcomes.ts';
import { reachable } from '../../records.ts';
import {
  entryRuleColumns, entryRuleLists, entryRuleListsBefore, writeEntryRuleLists,
} from '../../stage/entry-rules.ts';
import { openStageValues } from '../../stage/stage-fields.ts';
import { arrangeStages, holdPipeline } from '../../stage/stages-of-pipeline.ts';
import { moveRecords } from './move-records.ts';
import { type ChangePipelineInput, type ChangePlan, planChange } from './plan-change.ts';
import type { WantedStage } from './wanted-stage.ts';

/**
 * Gives a pipeline the stages that the input names, in that order, retires the others, and takes their records where
 * the input says: all of it or nothing, in one transaction. Moves are moves: ledger, audit and events have each of
 * them.
 */
export const changePipeline = command<ChangePipelineInput>(
  'pipeline.update',
  async (context, input) => {
    const { tx, principal, now } = context;
    await lock(tx, principal.workspace.id, 'pipelines');
    await holdPipeline(context, input.id);
    const plan = await planChange(context, input);
    if (Array.isArray(plan)) return refused(...plan);
    if (plan.problems.length > 0) return refused(...plan.problems);
    if (input.dryRun) return unchanged(input.id, plan.stages);
    await retire(context, plan);
    await clearNames(context, plan);
    const ids: string[] = [];
    for (const stage of plan.wanted) ids.push(await writeStage(context, input.id, stage, ids.length));
    await arrangeStages(context, ids);
    for (const movement of plan.movements) {
      await moveRecords(context, movement, ids[plan.wanted.indexOf(movement.to)]!, input.reason?.trim() || null);
    }
    const [after] = await tx.pipeline.updateManyAndReturn({
      where: { AND: [reachable(context), { id: input.id, version: input.version }] },
      data: { version: { increment: 1 }, updatedAt: now },
    });
    if (!after) throw new Error('The pipeline has changed under its own lock.');
    return done(input.id, after.version, {
      before: {
        ...plan.pipeline,
        stages: [...plan.wanted.flatMap(({ before }) => before ?? []), ...plan.retired].map(({ id }) => id),
      },
      after: { ...after, stages: ids },
      report: plan.stages,
      ...(plan.movements.some(({ isAgainstRules }) => isAgainstRules) ? { reason: input.reason!.trim() } : {}),
    });
  },
  { act: 'change', timeoutMilliseconds: 60_000 },
);

async function retire(context: CommandContext, { retired }: ChangePlan): Promise<void> {
  if (retired.length === 0) return;
  const { tx, principal, now } = context;
  const rows = await tx.stage.updateManyAndReturn({
    where: { workspaceId: principal.workspace.id, id: { in: retired.map(({ id }) => id) } },
    data: { retiredAt: now, version: { increment: 1 }, updatedAt: now },
    select: { id: true, version: true },
  });
  recordOutcomes(
    contextFor(context, 'stage.update'),
    rows.map(({ id, version }): Done => done(id, version, { before: { retiredAt: null }, after: { retiredAt: now } })),
  );
}

/** Stages may swap names: those that get another give theirs up first. */
async function clearNames({ tx, principal }: CommandContext, { wanted }: ChangePlan): Promise<void> {
  for (const { before, name } of wanted) {
    if (!before || before.name === name) continue;
    await tx.stage.updateMany({
      where: { workspaceId: principal.workspace.id, id: before.id },
      data: { name: before.id },
    });
  }
}

/** @returns the stage's id */
async function writeStage(
  context: CommandContext, pipelineId: string, wanted: WantedStage, position: number,
): Promise<string> {
  const { tx, principal, services, now } = context;
  const { input, before, name, status, probability, action } = wanted;
  const workspaceId = principal.workspace.id;
  const lists = entryRuleLists(input);
  const columns = { name, status, probability, ...entryRuleColumns(input) };
  if (!before) {
    const row = { workspaceId, id: services.newId(), pipelineId, position, ...columns, createdAt: now, updatedAt: now };
    await tx.stage.create({ data: row, select: { id: true } });
    await writeEntryRuleLists(context, [{ stageId: row.id, ...lists }]);
    recordOutcomes(contextFor(context, 'stage.create'), [done(row.id, 1, { after: { ...row, ...lists } })]);
    return row.id;
  }
  if (action === 'KEEP') return before.id;
  const was = await entryRuleListsBefore(context, before.id, lists);
  const [after] = await tx.stage.updateManyAndReturn({
    where: { workspaceId, id: before.id },
    data: { ...columns, ...openStageValues(status, {}), version: { increment: 1 }, updatedAt: now },
  });
  if (!after) throw new Error("A stage has gone under the pipeline's lock.");
  await writeEntryRuleLists(context, [{ stageId: before.id, ...lists }]);
  recordOutcomes(contextFor(context, 'stage.update'), [
    done(before.id, after.version, {
      before: {
        ...Object.fromEntries(Object.keys(columns).map((key) => [key, before[key as keyof typeof before]])),
        ...was,
      },
      after: { ...columns, ...lists },
    }),
  ]);
  return before.id;
}
