import type { VerbPermission } from '../../auth/nouns.ts';
import { allowed } from '../../auth/reach.ts';
import type { Principal } from '../../auth/principal.ts';
import { evaluate } from '../../db/evaluate.ts';
import type { StageFacts } from '../../db/stage-facts.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, invalid, notPermitted, userError } from '../errors.ts';
import type { Ownership } from '../records.ts';
import { textProblems } from '../validate.ts';
import type { StagedNoun } from './kinds.ts';
import { type ResultingRecord, missingFields } from './required-fields.ts';

/** The stage that an input names, as far as the principal can read stages: these belong to all, so all or none. */
export function stageNamed(
  { profile }: Principal, stages: ReadonlyMap<string, StageFacts>, id: string,
): StageFacts | undefined {
  return profile.reachOf('stage', 'read') === 'any' ? stages.get(id) : undefined;
}

/** Where a record is, as far as the rules ask. */
export type Placed = { pipelineId: string; stageId: string };

/** What no permission sets aside: a record stays in its pipeline, and enters what is there to be entered. */
export function placeProblems(record: Placed, from: StageFacts, to: StageFacts): UserError[] {
  if (record.pipelineId !== to.pipelineId) {
    return [stageNotAllowed(record, from, to, `${to.name} is a stage of another pipeline.`)];
  }
  if (record.stageId === to.id || to.isOpenForEntry) return [];
  return [stageNotAllowed(record, from, to, `${to.name} is retired: nothing enters it any more.`)];
}

/**
 * The rules of the stages on a record's way: where the pipeline leads, who may take it there, and what it must have by
 * then. All that is broken, at once.
 *
 * @param record as it will be, the move's own input included
 */
export function ruleProblems(
  { principal, noun }: CommandContext, before: Placed, from: StageFacts, to: StageFacts, record: ResultingRecord,
): UserError[] {
  if (before.stageId === to.id) return [];
  const leadsElsewhere = from.nextStageIds.length > 0 && !from.nextStageIds.includes(to.id);
  return [
    ...(leadsElsewhere
      ? [stageNotAllowed(before, from, to, `The pipeline does not lead from ${from.name} to ${to.name}.`)]
      : []),
    ...roleProblems(principal, from, 'LEAVE'),
    ...entryRuleProblems(principal, noun as StagedNoun, to, record),
  ];
}

/** The rules of a stage for whatever enters it, be it moved there or begun there. */
export function entryRuleProblems(
  principal: Principal, noun: StagedNoun, stage: StageFacts, record: ResultingRecord,
): UserError[] {
  const missing = missingFields(noun, stage, record);
  return [
    ...roleProblems(principal, stage, 'ENTER'),
    ...(missing.length > 0
      ? [requirementsMissing(stage.id, missing, `${stage.name} asks for ${missing.join(', ')}.`, 'input', 'stageId')]
      : []),
  ];
}

/** @param stageId null for a stage that does not exist yet */
export function requirementsMissing(
  stageId: string | null, fieldNames: readonly string[], message: string, ...path: string[]
): UserError {
  return {
    ...userError('STAGE_REQUIREMENTS_MISSING', message, ...path), type: 'StageRequirementsMissing',
    data: { stageId, fieldNames },
  };
}

/** A problem unless one of the principal's roles may pass. */
export function roleProblems(
  { roles }: Principal, stage: Pick<StageFacts, 'id' | 'name' | 'enterRoleIds' | 'leaveRoleIds'>,
  direction: 'ENTER' | 'LEAVE',
): UserError[] {
  const admitted = direction === 'ENTER' ? stage.enterRoleIds : stage.leaveRoleIds;
  if (admitted.length === 0 || roles.some(({ id }) => admitted.includes(id))) return [];
  const way = direction === 'ENTER' ? 'into' : 'out of';
  return [
    {
      ...userError('STAGE_ROLE_MISSING', `Only some roles may move records ${way} ${stage.name}.`, 'input', 'stageId'),
      type: 'StageRoleMissing',
      data: { stageId: stage.id, direction },
    },
  ];
}

function stageNotAllowed(record: Placed, from: StageFacts, to: StageFacts, message: string): UserError {
  return {
    ...userError('STAGE_NOT_ALLOWED', message, 'input', 'stageId'),
    type: 'StageNotAllowed',
    data: { fromStageId: record.stageId, toStageId: to.id, allowedStageIds: from.nextStageIds },
  };
}

/** Closing and reopening are rights of their own; to turn what is won into what is lost takes both. */
export function closingProblems(
  context: CommandContext, before: Placed & Ownership & { owner: { teamId: string | null } | null }, from: StageFacts,
  to: StageFacts,
): UserError[] {
  if (to.status === from.status) return [];
  const closes = to.status !== 'OPEN';
  const reopens = from.status !== 'OPEN';
  return [
    ...(closes ? rightProblems(context, 'close', before, 'input', 'stageId') : []),
    ...(reopens ? rightProblems(context, 'reopen', before, 'input', 'stageId') : []),
  ];
}

/** A problem unless the principal has this right over the record, too. */
export function rightProblems(
  { principal: { profile }, noun, parameters }: CommandContext,
  verb: 'close' | 'reopen' | 'update' | 'moveAgainstRules' | 'backdate' | 'bulk',
  { ownerId, teamId, owner }: Ownership & { owner: { teamId: string | null } | null }, ...path: string[]
): UserError[] {
  if (evaluate(allowed(profile, noun, verb), { ownerId, teamId, owner, shares: [] }, parameters)) return [];
  const permission = `${noun}.${verb}` as VerbPermission;
  return [notPermitted(`That needs the permission ${permission} over this ${noun}.`, ...path)];
}

/** What is wrong with the reasons that an input gives: a loss reason goes with a stage that means lost. */
export function reasonProblems(
  { lossReason, stageReason }: { lossReason?: string | null; stageReason?: string | null },
  stage: StageFacts | undefined,
): UserError[] {
  const isOutOfPlace = lossReason && stage && stage.status !== 'LOST';
  const isUnknown = stageReason && stage && !stage.reasons.includes(stageReason.trim());
  return [
    ...textProblems(lossReason, ['input', 'lossReason'], { max: 200 }),
    ...(isOutOfPlace ? [invalid('A loss reason goes with a stage that means lost.', 'input', 'lossReason')] : []),
    ...(isUnknown ? [invalid(reasonsOf(stage), 'input', 'stageReason')] : []),
  ];
}

function reasonsOf({ name, reasons }: StageFacts): string {
  return reasons.length === 0 ? `${name} has no reasons to choose from.`
    : `The reasons of ${name} are: ${reasons.join('; ')}.`;
}
