import { insertRows } from '../../db/insert-rows.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, invalid, notPermitted } from '../errors.ts';
import type { StagedNoun } from '../pipeline/kinds.ts';
import { requiredFieldProblems } from '../pipeline/required-fields.ts';
import { linkProblems } from '../records.ts';
import { listProblems, repetitionProblems, textProblems } from '../validate.ts';
import type { StageStatus } from './stage-fields.ts';

/** What a stage asks of records on their way in and out. Absent means: as it is; null empties a list. */
export type EntryRules = {
  /** Names of fields that a record has on entry. */
  requiredFields?: readonly string[] | null;
  isReasonRequired?: boolean | null;
  /** What there is to choose from, in this order. */
  reasons?: readonly string[] | null;
  enterRoleIds?: readonly string[] | null;
  leaveRoleIds?: readonly string[] | null;
};

const maxReasons = 100;
const maxRoles = 50;

/** What is wrong with a stage's rules. @param before what the stage asks already; absent for a new one */
export async function entryRuleInputProblems(
  context: CommandContext,
  rules: EntryRules,
  { noun, status, before }: {
    noun: StagedNoun;
    status: StageStatus;
    before?: { isReasonRequired: boolean; reasons: number; requiredFields: readonly string[] };
  },
  path: string[] = ['input'],
): Promise<UserError[]> {
  const { reasons, isReasonRequired } = rules;
  const isRequired = isReasonRequired ?? before?.isReasonRequired ?? false;
  const count = reasons === undefined ? (before?.reasons ?? 0) : (reasons?.length ?? 0);
  const requiredFields = rules.requiredFields === undefined ? before?.requiredFields : rules.requiredFields;
  return [
    ...requiredFieldProblems(noun, requiredFields, status, [...path, 'requiredFields']),
    ...listProblems(reasons, [...path, 'reasons'], maxReasons),
    ...(reasons ?? []).flatMap((name, at) =>
      textProblems(name, [...path, 'reasons', String(at)], { min: 1, max: 200 }),
    ),
    ...repetitionProblems(
      reasons, (name) => name.trim().toLowerCase(), (at) => [...path, 'reasons', at],
      'This reason is in the list already.',
    ),
    ...(isRequired && count === 0
      ? [invalid('A stage that asks for a reason has reasons to choose from.', ...path, 'reasons')]
      : []),
    ...(await roleListProblems(context, rules.enterRoleIds, [...path, 'enterRoleIds'])),
    ...(await roleListProblems(context, rules.leaveRoleIds, [...path, 'leaveRoleIds'])),
  ];
}

async function roleListProblems(
  context: CommandContext, ids: readonly string[] | null | undefined, path: string[],
): Promise<UserError[]> {
  if (!ids) return [];
  // Roles that one cannot see would be taken out of the list unseen.
  if (context.principal.profile.reachOf('role', 'read') !== 'any') {
    return [notPermitted('To say which roles may pass one must see all roles: that needs role.read.', ...path)];
  }
  return [
    ...listProblems(ids, path, maxRoles),
    ...(await linkProblems(context, ids.map((id, at) => ({ noun: 'role' as const, id, path: [...path, String(at)] })))),
  ];
}

/** The columns of the stage itself that its rules name. */
export function entryRuleColumns({ requiredFields, isReasonRequired }: EntryRules) {
  return {
    ...(requiredFields === undefined ? {} : { requiredFields: [...(requiredFields ?? [])] }),
    ...(isReasonRequired === undefined || isReasonRequired === null ? {} : { isReasonRequired }),
  };
}

type RuleLists = { reasons?: string[]; enterRoles?: string[]; leaveRoles?: string[] };

/** The lists that rules name, as they are kept, by the names that the audit knows them by. */
export function entryRuleLists({ reasons, enterRoleIds, leaveRoleIds }: EntryRules): RuleLists {
  return {
    ...(reasons === undefined ? {} : { reasons: (reasons ?? []).map((name) => name.trim()) }),
    ...(enterRoleIds === undefined ? {} : { enterRoles: [...new Set(enterRoleIds)].sort() }),
    ...(leaveRoleIds === undefined ? {} : { leaveRoles: [...new Set(leaveRoleIds)].sort() }),
  };
}

/** The same lists of a stage as they are now, for the audit. */
export async function entryRuleListsBefore(
  { tx, principal }: CommandContext, stageId: string, lists: RuleLists,
): Promise<RuleLists> {
  const where = { workspaceId: principal.workspace.id, stageId };
  const byRole = { where, orderBy: { roleId: 'asc' } } as const;
  return {
    ...(lists.reasons
      ? { reasons: (await tx.stageReason.findMany({ where, orderBy: { position: 'asc' } })).map(({ name }) => name) }
      : {}),
    ...(lists.enterRoles ? { enterRoles: (await tx.stageEnterRole.findMany(byRole)).map(({ roleId }) => roleId) } : {}),
    ...(lists.leaveRoles ? { leaveRoles: (await tx.stageLeaveRole.findMany(byRole)).map(({ roleId }) => roleId) } : {}),
  };
}

/** Writes the lists in place of those that the stages have; records keep the words of reasons that have gone. */
export async function writeEntryRuleLists(
  { tx, principal, services }: CommandContext, stages: readonly (RuleLists & { stageId: string })[],
): Promise<void> {
  const workspaceId = principal.workspace.id;
  const having = (list: keyof RuleLists) => ({
    workspaceId,
    stageId: { in: stages.filter((stage) => stage[list]).map(({ stageId }) => stageId) },
  });
  await tx.stageReason.deleteMany({ where: having('reasons') });
  await tx.stageEnterRole.deleteMany({ where: having('enterRoles') });
  await tx.stageLeaveRole.deleteMany({ where: having('leaveRoles') });
  await insertRows(tx, 'StageReason', stages.flatMap(({ stageId, reasons = [] }) =>
    reasons.map((name, position) => ({ workspaceId, id: services.newId(), stageId, name, position })),
  ));
  await insertRows(
    tx, 'StageEnterRole',
    stages.flatMap(({ stageId, enterRoles = [] }) => enterRoles.map((roleId) => ({ workspaceId, stageId, roleId }))),
  );
  await insertRows(
    tx, 'StageLeaveRole',
    stages.flatMap(({ stageId, leaveRoles = [] }) => leaveRoles.map((roleId) => ({ workspaceId, stageId, roleId }))),
  );
}
