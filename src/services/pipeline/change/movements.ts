import type { StageFacts } from '../../../db/stage-facts.ts';
import type { CommandContext } from '../../command.ts';
import { type UserError, inUse, invalid, notFound, notPermitted } from '../../errors.ts';
import { recordsOf } from '../../noun-models.ts';
import { textProblems } from '../../validate.ts';
import { nounOfKind } from '../kinds.ts';
import { missingWhere } from '../required-fields.ts';
import { requirementsMissing, roleProblems } from '../move-rules.ts';
import type { RecordCounts } from './count-records.ts';
import type { ChangePipelineInput } from './plan-change.ts';
import type { WantedStage } from './wanted-stage.ts';

/** Records that one change moves at most: it is one transaction. */
export const maxMovedRecords = 10_000;

/** All records of a stage that is retired go to one that stays or comes. */
export type Movement = { from: StageFacts; to: WantedStage; counts: RecordCounts; isAgainstRules: boolean };

/** Where the records of retired stages go, and what stands against it. */
export async function movementProblems(
  context: CommandContext,
  input: ChangePipelineInput,
  { wanted, retired, counts }: {
    wanted: readonly WantedStage[];
    retired: readonly StageFacts[];
    counts: ReadonlyMap<string, RecordCounts>;
  },
): Promise<{ movements: Movement[]; problems: UserError[] }> {
  const movements: Movement[] = [];
  const problems: UserError[] = textProblems(input.reason, ['input', 'reason'], { max: 500 });
  const taken = new Set<string>();
  for (const [at, to] of wanted.entries()) {
    for (const [place, id] of (to.input.takesFromIds ?? []).entries()) {
      const path = ['input', 'stages', String(at), 'takesFromIds', String(place)];
      const from = retired.find((stage) => stage.id === id);
      const problem = takingProblem(from, to, taken, wanted.some(({ before }) => before?.id === id), path);
      if (problem || !from) {
        problems.push(problem ?? notFound('stage', ...path));
        continue;
      }
      taken.add(id);
      const movement = { from, to, counts: counts.get(id) ?? { total: 0, inBin: 0 }, isAgainstRules: false };
      const broken = movement.counts.total === 0 ? [] : await brokenRules(context, movement, path);
      movement.isAgainstRules = broken.length > 0;
      movements.push(movement);
      problems.push(...bypass(context, input, from, broken));
    }
  }
  const forgotten = retired.filter(({ id }) => !taken.has(id));
  return { movements, problems: [...problems, ...forgotten.flatMap((stage) => forgottenProblems(stage, counts))] };
}

/** Records do not stay behind in a stage that is retired. */
function forgottenProblems({ id, name }: StageFacts, counts: ReadonlyMap<string, RecordCounts>): UserError[] {
  const total = counts.get(id)?.total ?? 0;
  if (total === 0) return [];
  return [inUse(
    `${name} holds records, the bin included: ${total}. Name it among takesFromIds of the stage that gets them.`, total,
    'input', 'stages',
  )];
}

function takingProblem(
  from: StageFacts | undefined, to: WantedStage, taken: ReadonlySet<string>, isKept: boolean, path: string[],
): UserError | null {
  if (isKept)
    return invalid('This stage stays, and so do its records: leave it out of the list, and it is retired.', ...path);
  if (!from) return notFound('stage', ...path);
  if (taken.has(from.id)) return invalid('Its records go to another stage already.', ...path);
  if (from.status === to.status) return null;
  return invalid(
    `${from.name} means ${from.status} and ${to.name} means ${to.status}: move its records by themselves.`, ...path,
  );
}

/** The rules of both stages, over all records that move; where a pipeline leads is what is being changed. */
async function brokenRules(context: CommandContext, { from, to }: Movement, path: string[]): Promise<UserError[]> {
  const { tx, principal } = context;
  const noun = nounOfKind(from.kind);
  const entered = { id: to.before?.id ?? from.id, name: to.name, enterRoleIds: rolesOf(to), leaveRoleIds: [] };
  const problems = [...roleProblems(principal, from, 'LEAVE'), ...roleProblems(principal, entered, 'ENTER')];
  const missing: { name: string; count: number }[] = [];
  for (const name of [...to.requiredFields, ...(to.isReasonRequired ? ['stageReason'] : [])]) {
    const inIt = { workspaceId: principal.workspace.id, stageId: from.id, deletedAt: null };
    const count = await recordsOf(tx, noun).count({ where: { ...inIt, ...missingWhere(noun, name) } });
    if (count > 0) missing.push({ name, count });
  }
  if (missing.length > 0) {
    problems.push(requirementsMissing(
      to.before?.id ?? null, missing.map(({ name }) => name),
      `${to.name} asks for what records of ${from.name} lack: `
      + `${missing.map(({ name, count }) => `${name} (${count})`).join(', ')}.`,
    ));
  }
  return problems.map((problem) => ({ ...problem, path }));
}

function rolesOf({ input, before }: WantedStage): readonly string[] {
  return input.enterRoleIds === undefined ? (before?.enterRoleIds ?? []) : (input.enterRoleIds ?? []);
}

/** Broken rules are set aside by those who may, with a reason. */
function bypass(
  { principal }: CommandContext, { reason }: ChangePipelineInput, from: StageFacts, broken: UserError[],
): UserError[] {
  if (broken.length === 0 || !reason?.trim()) return broken;
  const noun = nounOfKind(from.kind);
  if (principal.profile.reachOf(noun, 'moveAgainstRules') === 'any') return [];
  return [
    ...broken,
    notPermitted(
      `To set rules aside needs the permission ${noun}.moveAgainstRules with the reach ANY.`, 'input', 'reason',
    ),
  ];
}
