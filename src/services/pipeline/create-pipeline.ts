import type { PipelineKind } from '../../db/generated/prisma/enums.ts';
import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, alreadyTaken, invalid, notPermitted } from '../errors.ts';
import {
  type EntryRules, entryRuleColumns, entryRuleInputProblems, entryRuleLists, writeEntryRuleLists,
} from '../stage/entry-rules.ts';
import {
  maxStages, type StageFields, type StageStatus, probabilityOf, stageFieldProblems, stageNameTaken,
} from '../stage/stage-fields.ts';
import { takenProblems } from '../taken-names.ts';
import { listProblems } from '../validate.ts';
import { type PipelineFields, pipelineFieldProblems, pipelineNameTaken } from './pipeline-fields.ts';
import { pipelinesInOrder, placePipeline } from './places.ts';
import { nounOfKind } from './kinds.ts';

export type NewStage = Pick<StageFields, 'status' | 'probability'> & EntryRules & { name: string };
export type CreatePipelineInput = PipelineFields & {
  name: string;
  kind: PipelineKind;
  /** In their order; open ones first. */
  stages?: readonly NewStage[] | null;
};

/** Makes a pipeline, with its stages where they are given: these need `stage.create` too. */
export const createPipeline = command<CreatePipelineInput>('pipeline.create', async (context, input) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  await lock(tx, workspaceId, 'pipelines');
  const last = (await pipelinesInOrder(context)).length;
  const stages = (input.stages ?? []).slice(0, maxStages).map((stage, at) => newStage(stage, at));
  const claim = { value: input.name.trim(), scope: input.kind };
  const problems = [
    ...pipelineFieldProblems(input, true, last),
    ...(await takenProblems(context, 'pipeline', claim, pipelineNameTaken, 'input', 'name')),
    ...listProblems(input.stages, ['input', 'stages'], maxStages),
    ...stageListProblems(context, stages),
    ...(await newStageRuleProblems(context, input)),
  ];
  if (problems.length > 0) return refused(...problems);
  const row = {
    workspaceId,
    id: services.newId(),
    name: input.name.trim(),
    kind: input.kind,
    position: input.position ?? last,
    createdAt: now,
    updatedAt: now,
  };
  await tx.pipeline.create({ data: row, select: { id: true } });
  await placePipeline(context, row.id, row.position);
  if (stages.length > 0) {
    const ids = stages.map(() => services.newId());
    await tx.stage.createMany({
      data: stages.map(({ name, status, probability }, position) => ({
        workspaceId,
        id: ids[position]!,
        pipelineId: row.id,
        name,
        status,
        probability,
        position,
        ...entryRuleColumns(input.stages![position]!),
        createdAt: now,
        updatedAt: now,
      })),
    });
    await writeEntryRuleLists(
      context, input.stages!.map((rules, at) => ({ stageId: ids[at]!, ...entryRuleLists(rules) })));
  }
  return done(row.id, 1, {
    after: { ...row, ...(stages.length > 0 ? { stages: stages.map(({ name }) => name) } : {}) },
  });
});

async function newStageRuleProblems(
  context: CommandContext, { kind, stages }: CreatePipelineInput,
): Promise<UserError[]> {
  const problems: UserError[] = [];
  for (const [at, stage] of (stages ?? []).slice(0, maxStages).entries()) {
    problems.push(...await entryRuleInputProblems(
      context, stage, { noun: nounOfKind(kind), status: stage.status ?? 'OPEN' }, ['input', 'stages', String(at)],
    ));
  }
  return problems;
}

type CheckedStage = { name: string; status: StageStatus; probability: number; problems: UserError[] };

function newStage(input: NewStage, at: number): CheckedStage {
  const path = ['input', 'stages', String(at)];
  const status = input.status ?? 'OPEN';
  const { probability, problems } = probabilityOf(status, input.probability, null, path);
  return {
    name: input.name.trim(),
    status,
    probability,
    problems: [...stageFieldProblems(input, true, path), ...problems],
  };
}

function stageListProblems({ principal }: CommandContext, stages: readonly CheckedStage[]): UserError[] {
  if (stages.length > 0 && !principal.profile.reachOf('stage', 'create')) {
    return [notPermitted('Stages need the permission stage.create.', 'input', 'stages')];
  }
  return stages.flatMap(({ name, status, problems }, at) => {
    const path = ['input', 'stages', String(at)];
    const before = stages.slice(0, at);
    const isTwice = before.some((other) => other.name.toLowerCase() === name.toLowerCase());
    const isMisplaced = status === 'OPEN' && before.some((other) => other.status !== 'OPEN');
    return [
      ...problems,
      ...(isTwice ? [alreadyTaken(stageNameTaken, ...path, 'name')] : []),
      ...(isMisplaced ? [invalid('Stages that close a record stand behind open ones.', ...path, 'status')] : []),
    ];
  });
}
