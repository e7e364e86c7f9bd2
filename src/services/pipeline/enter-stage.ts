import type { VerbPermission } from '../../auth/nouns.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, notFound, userError } from '../errors.ts';
import { type History, historyProblems } from '../history.ts';
import { type StageFacts, lossReasonProblems, stageNamed, stagesOfKind } from './stages.ts';

/** Nouns whose records go through a pipeline. */
export type StagedNoun = 'deal' | 'lead';

/** What the input of a new deal or lead says of its stage. */
export type EntryFields = {
  /** The first open stage of the first pipeline when absent. */
  stageId?: string | null;
  lossReason?: string | null;
  /** Needs `backdate`; the ledger row is marked as imported. */
  history?: History | null;
};

/**
 * The stage that each of these new records enters; undefined where there is none, or none that the principal can read.
 */
export async function stagesEntered(
  { tx, principal, noun }: CommandContext, inputs: readonly EntryFields[],
): Promise<(StageFacts | undefined)[]> {
  const { stages, first } = await stagesOfKind(tx, principal.workspace.id, noun === 'lead' ? 'LEAD' : 'DEAL');
  return inputs.map(({ stageId }) => (stageId ? stageNamed(principal, stages, stageId) : first));
}

/** All that stands against beginning in this stage: a closed one needs `createClosed`. */
export function entryProblems(context: CommandContext, input: EntryFields, stage: StageFacts | undefined): UserError[] {
  const { principal, noun } = context;
  const problems = [
    ...lossReasonProblems(input.lossReason, stage), ...historyProblems(context, input.history, 'backdate'),
  ];
  if (!stage) return [notFound('stage', 'input', 'stageId'), ...problems];
  if (stage.status === 'OPEN' || principal.profile.reachOf(noun, 'createClosed')) return problems;
  const permission = `${noun}.createClosed` as VerbPermission;
  return [userError(
    'NOT_PERMITTED',
    `A ${noun} begins in an open stage, and ${stage.name} is closed: that needs the permission ${permission}.`,
    'input', 'stageId',
  ), ...problems];
}

/** The columns of a new record that say where in its pipeline it stands. */
export function entryColumns({ now }: CommandContext, { lossReason, history }: EntryFields, stage: StageFacts) {
  const stageEnteredAt = history?.stageEnteredAt ?? history?.createdAt ?? now;
  return {
    pipelineId: stage.pipelineId, stageId: stage.id, stageEnteredAt,
    closedAt: stage.status === 'OPEN' ? null : stageEnteredAt,
    lossReason: lossReason?.trim() || null, createdAt: history?.createdAt ?? now, updatedAt: now,
  };
}

/** What the ledger keeps of a record besides its stages. */
type Entered = {
  id: string; stageId: string; stageEnteredAt: Date; amountMinor?: bigint | null; currency: string;
  probability?: number; expectedCloseOn?: Date | null;
};

/** A row of the ledger: an entry of a deal or a lead into the stage it is in now. */
export function ledgerEntry(
  { principal, services, now, noun }: CommandContext, record: Entered,
  { fromStageId = null, probability, isImported = false }: {
    fromStageId?: string | null; probability: number; isImported?: boolean;
  },
) {
  return {
    workspaceId: principal.workspace.id, id: services.newId(),
    ...(noun === 'lead' ? { leadId: record.id } : { dealId: record.id }),
    fromStageId, toStageId: record.stageId, enteredAt: record.stageEnteredAt, recordedAt: now,
    movedById: principal.memberId, apiKeyId: principal.apiKey?.id ?? null, door: principal.door,
    isImported: isImported || principal.door === 'IMPORT',
    amountMinor: record.amountMinor ?? null, currency: record.currency, probability: record.probability ?? probability,
    expectedCloseOn: record.expectedCloseOn ?? null,
  };
}
