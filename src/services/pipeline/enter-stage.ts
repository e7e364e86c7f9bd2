import type { VerbPermission } from '../../auth/nouns.ts';
import { type StageFacts, stageFacts } from '../../db/stage-facts.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, notFound, notPermitted } from '../errors.ts';
import { type History, historyProblems } from '../history.ts';
import { type StagedNoun, kindOfNoun } from './kinds.ts';
import type { ResultingRecord } from './required-fields.ts';
import { entryRuleProblems, reasonProblems, stageNamed } from './move-rules.ts';

/** What the input of a new deal or lead says of its stage. */
export type EntryFields = {
  /** The first open stage of the first pipeline when absent. */
  stageId?: string | null;
  lossReason?: string | null;
  stageReason?: string | null;
  /** Needs `backdate`; the ledger row is marked as imported. */
  history?: History | null;
};

/**
 * The stage that each of these new records enters; undefined where there is none, or none that the principal can read.
 */
export async function stagesEntered(
  { tx, principal, noun }: CommandContext, inputs: readonly EntryFields[],
): Promise<(StageFacts | undefined)[]> {
  const kind = kindOfNoun(noun as StagedNoun);
  const ids = [...new Set(inputs.flatMap(({ stageId }) => stageId ?? []))];
  const needsFirst = inputs.some(({ stageId }) => !stageId);
  const { stages, first } = await stageFacts(tx, principal.workspace.id, { ids, firstOf: needsFirst ? kind : null });
  return inputs.map(({ stageId }) => {
    const stage = stageId ? stageNamed(principal, stages, stageId) : first;
    return stage?.kind === kind && stage.isOpenForEntry ? stage : undefined;
  });
}

/**
 * All that stands against beginning in this stage: a closed one needs `createClosed`, and its rules are those for
 * records that are moved there.
 *
 * @param record as it will be
 */
export function entryProblems(
  context: CommandContext, input: EntryFields, stage: StageFacts | undefined, record: ResultingRecord,
): UserError[] {
  const { principal, noun } = context;
  const problems = [...reasonProblems(input, stage), ...historyProblems(context, input.history, 'backdate')];
  if (!stage) return [notFound('stage', 'input', 'stageId'), ...problems];
  const rules = entryRuleProblems(principal, noun as StagedNoun, stage, {
    ...record,
    lossReason: input.lossReason?.trim(),
    stageReason: input.stageReason?.trim(),
  });
  if (stage.status === 'OPEN' || principal.profile.reachOf(noun, 'createClosed')) return [...rules, ...problems];
  const permission = `${noun}.createClosed` as VerbPermission;
  return [
    notPermitted(
      `A ${noun} begins in an open stage, and ${stage.name} is closed: that needs the permission ${permission}.`,
      'input', 'stageId',
    ),
    ...rules,
    ...problems,
  ];
}

/** The columns of a new record that say where in its pipeline it stands. */
export function entryColumns(
  { now }: CommandContext, { lossReason, stageReason, history }: EntryFields, stage: StageFacts,
) {
  const stageEnteredAt = history?.stageEnteredAt ?? history?.createdAt ?? now;
  return {
    pipelineId: stage.pipelineId,
    stageId: stage.id,
    stageEnteredAt,
    closedAt: stage.status === 'OPEN' ? null : stageEnteredAt,
    lossReason: lossReason?.trim() || null,
    stageReason: stageReason?.trim() || null,
    createdAt: history?.createdAt ?? now,
    updatedAt: now,
  };
}

/** What the ledger keeps of a record besides its stages. */
type Entered = {
  id: string;
  stageId: string;
  stageEnteredAt: Date;
  amountMinor?: bigint | null;
  currency: string;
  probability?: number;
  expectedCloseOn?: Date | null;
  stageReason?: string | null;
};

/** A row of the ledger: an entry of a deal or a lead into the stage it is in now. */
export function ledgerEntry(
  { principal, services, now, noun }: CommandContext,
  record: Entered,
  { fromStageId = null, probability, isImported = false, againstRulesReason = null }: {
    fromStageId?: string | null;
    probability: number;
    isImported?: boolean;
    againstRulesReason?: string | null;
  },
) {
  return {
    workspaceId: principal.workspace.id,
    id: services.newId(),
    ...(noun === 'lead' ? { leadId: record.id } : { dealId: record.id }),
    fromStageId,
    toStageId: record.stageId,
    enteredAt: record.stageEnteredAt,
    recordedAt: now,
    movedById: principal.memberId,
    apiKeyId: principal.apiKey?.id ?? null,
    door: principal.door,
    isImported: isImported || principal.door === 'IMPORT',
    amountMinor: record.amountMinor ?? null,
    currency: record.currency,
    probability: record.probability ?? probability,
    expectedCloseOn: record.expectedCloseOn ?? null,
    reason: record.stageReason ?? null,
    againstRulesReason,
  };
}
