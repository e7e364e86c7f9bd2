import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, invalid, userError } from '../errors.ts';
import {
  maxStages,
  type StageFields,
  type StageStatus,
  probabilityOf,
  stageFieldProblems,
  stageNameTaken,
} from '../stage/stage-rules.ts';
import { takenProblems } from '../taken-names.ts';
import { listProblems } from '../validate.ts';
import { type PipelineFields, pipelineFieldProblems, pipelineNameTaken } from './pipeline-fields.ts';
import { pipelinesInOrder, placePipeline } from './places.ts';

export type NewStage = Pick<StageFields, 'status' | 'probability'> & { name: string };
export type CreatePipelineInput = PipelineFields & {
  name: string;
  kind: 'DEAL' | 'LEAD';
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
    ...(await takenProblems(context, 'pipeline', [claim], pipelineNameTaken, 'input', 'name')).flat(),
    ...listProblems(input.stages, ['input', 'stages'], maxStages),
    ...stageListProblems(context, stages),
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
    await tx.stage.createMany({
      data: stages.map(({ name, status, probability }, position) => ({
        workspaceId,
        id: services.newId(),
        pipelineId: row.id,
        name,
        status,
        probability,
        position,
        createdAt: now,
        updatedAt: now,
      })),
    });
  }
  return done(row.id, 1, {
    after: { ...row, ...(stages.length > 0 ? { stages: stages.map(({ name }) => name) } : {}) },
  });
});

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
    return [userError('NOT_PERMITTED', 'Stages need the permission stage.create.', 'input', 'stages')];
  }
  return stages.flatMap(({ name, status, problems }, at) => {
    const path = ['input', 'stages', String(at)];
    const before = stages.slice(0, at);
    const isTwice = before.some((other) => other.name.toLowerCase() === name.toLowerCase());
    const isMisplaced = status === 'OPEN' && before.some((other) => other.status !== 'OPEN');
    return [
      ...problems,
      ...(isTwice ? [userError('TAKEN', stageNameTaken, ...path, 'name')] : []),
      ...(isMisplaced ? [invalid('Stages that close a record stand behind open ones.', ...path, 'status')] : []),
    ];
  });
}
