import type { Prisma } from '../../../db/generated/prisma/client.ts';
import { type StageFacts, stageFacts } from '../../../db/stage-facts.ts';
import type { CommandContext } from '../../command.ts';
import { type UserError, inUse, invalid, notFound, notPermitted, userError, versionConflict } from '../../errors.ts';
import { reachable } from '../../records.ts';
import type { EntryRules } from '../../stage/entry-rules.ts';
import type { StageFields, StageStatus } from '../../stage/stage-fields.ts';
import { maxStages } from '../../stage/stage-fields.ts';
import { listProblems } from '../../validate.ts';
import { nounOfKind } from '../kinds.ts';
import { type RecordCounts, countRecords } from './count-records.ts';
import { type Movement, maxMovedRecords, movementProblems } from './movements.ts';
import { type WantedStage, wantedStage } from './wanted-stage.ts';

/** A stage as the change is to leave it; one that is there is named by id, and what is absent stays as it is. */
export type ChangedStage = Pick<StageFields, 'name' | 'status' | 'probability'> &
  EntryRules & {
    id?: string | null;
    /** Stages whose records come here: they are retired by the change. */
    takesFromIds?: readonly string[] | null;
  };

export type ChangePipelineInput = {
  id: string;
  version: number;
  /** All stages that stay or come, in their order; those of the pipeline that are not among them are retired. */
  stages: readonly ChangedStage[];
  /** Why rules of the stages are set aside for the records that move. */
  reason?: string | null;
  dryRun?: boolean | null;
};

/** What becomes of one stage. */
export type StagePlan = {
  stageId: string | null;
  name: string;
  action: 'CREATE' | 'KEEP' | 'CHANGE' | 'RETIRE';
  /** Null where nothing depends on it. */
  counts: RecordCounts | null;
  /** Where its records go, by the name that the stage has then. */
  movesTo: string | null;
};

export type ChangePlan = {
  pipeline: Prisma.PipelineGetPayload<object>;
  /** Stages that stay or come, in their order, and those that are retired. */
  wanted: WantedStage[];
  retired: StageFacts[];
  movements: Movement[];
  stages: StagePlan[];
  problems: UserError[];
};

/**
 * What a change of a pipeline would come to, and all that stands against it. Nothing is written. How many records are
 * in a stage is asked, and told, only where the change depends on it, and only to those who see every record of the
 * kind.
 */
export async function planChange(
  context: CommandContext, input: ChangePipelineInput,
): Promise<ChangePlan | UserError[]> {
  const { tx, principal } = context;
  const workspaceId = principal.workspace.id;
  const pipeline = await tx.pipeline.findFirst({ where: { AND: [reachable(context), { id: input.id }] } });
  if (!pipeline) return [notFound('pipeline', 'input', 'id')];
  const tooMany = listProblems(input.stages, ['input', 'stages'], maxStages);
  if (tooMany.length > 0) return tooMany;
  const { stages } = await stageFacts(tx, workspaceId, { ofPipeline: pipeline.id });
  const live = new Map(
    [...stages.values()].filter(({ isOpenForEntry }) => isOpenForEntry).map((each) => [each.id, each]),
  );
  const wanted: WantedStage[] = [];
  for (const at of input.stages.keys()) wanted.push(await wantedStage(context, input, at, { pipeline, live }));
  const kept = new Set(input.stages.flatMap(({ id }) => id ?? []));
  const retired = [...live.values()].filter(({ id }) => !kept.has(id));
  const counted = await countRecords(context, nounOfKind(pipeline.kind), countedStages(wanted, retired));
  const { counts } = counted;
  const moves = await movementProblems(context, input, { wanted, retired, counts });
  return {
    pipeline,
    wanted,
    retired,
    movements: moves.movements,
    stages: stagePlans(wanted, retired, moves.movements, counts),
    problems: [
      ...wanted.flatMap((stage) => stage.problems),
      ...orderProblems(wanted),
      ...rightProblemsOf(context, wanted, retired),
      ...counted.problems,
      ...wanted.flatMap((stage, at) => meaningProblems(stage, at, counts)),
      ...moves.problems,
      ...tooManyProblems(moves.movements),
      ...(pipeline.version === input.version ? [] : [versionConflict(pipeline.version)]),
    ],
  };
}

/** Stages that the change can take away from their records, or change under them: those that go or mean another. */
function countedStages(wanted: readonly WantedStage[], retired: readonly StageFacts[]): string[] {
  return [
    ...retired.map(({ id }) => id),
    ...wanted.flatMap(({ before, status }) => (before && before.status !== status ? [before.id] : [])),
  ];
}

function stagePlans(
  wanted: readonly WantedStage[], retired: readonly StageFacts[], movements: readonly Movement[],
  counts: ReadonlyMap<string, RecordCounts>,
): StagePlan[] {
  return [
    ...wanted.map(({ before, name, action }): StagePlan => ({
      stageId: before?.id ?? null,
      name,
      action,
      counts: before ? (counts.get(before.id) ?? null) : null,
      movesTo: null,
    })),
    ...retired.map(({ id, name }): StagePlan => ({
      stageId: id,
      name,
      action: 'RETIRE',
      counts: counts.get(id) ?? null,
      movesTo: movements.find(({ from }) => from.id === id)?.to.name ?? null,
    })),
  ];
}

function tooManyProblems(movements: readonly Movement[]): UserError[] {
  const moving = movements.reduce((sum, { counts: { total } }) => sum + total, 0);
  if (moving <= maxMovedRecords) return [];
  return [userError(
    'LIMIT_REACHED',
    `${moving} records would move; a change moves at most ${maxMovedRecords}. Move some before.`,
    'input', 'stages',
  )];
}

/** Stages are made, changed and retired by those who may do that to each. */
function rightProblemsOf(
  { principal: { profile } }: CommandContext, wanted: readonly WantedStage[], retired: readonly StageFacts[],
): UserError[] {
  const needs = [
    ...(wanted.some(({ action }) => action === 'CREATE') ? ['create' as const] : []),
    ...(retired.length > 0 || wanted.some(({ action }) => action === 'CHANGE') ? ['update' as const] : []),
  ];
  return needs
    .filter((verb) => !profile.reachOf('stage', verb))
    .map((verb) => notPermitted(`That needs the permission stage.${verb}.`, 'input', 'stages'));
}

function orderProblems(wanted: readonly { status: StageStatus }[]): UserError[] {
  return wanted.flatMap(({ status }, at) => {
    const isMisplaced = status === 'OPEN' && wanted.slice(0, at).some((before) => before.status !== 'OPEN');
    return isMisplaced
      ? [invalid('Stages that close a record stand behind open ones.', 'input', 'stages', String(at), 'status')]
      : [];
  });
}

/** What it means to be in a stage stays while records are in it. */
function meaningProblems(
  { before, status }: WantedStage, at: number, counts: ReadonlyMap<string, RecordCounts>,
): UserError[] {
  const total = before && before.status !== status ? (counts.get(before.id)?.total ?? 0) : 0;
  if (total === 0) return [];
  return [inUse(
    `It holds records, the bin included: ${total}. Retire it, and let a new stage of that meaning take them.`, total,
    'input', 'stages', String(at), 'status',
  )];
}
