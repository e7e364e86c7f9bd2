import type { Prisma } from '../../db/generated/prisma/client.ts';
import { lockRecord } from '../../db/lock.ts';
import { tentatively } from '../../db/savepoint.ts';
import type { StageFacts } from '../../db/stage-facts.ts';
import { type CommandContext, type Outcome, batchCommand, command, done, refused, unchanged } from '../command.ts';
import { type UserError, notFound, versionConflict } from '../errors.ts';
import { placesInLockOrder } from '../lock-order.ts';
import { ledgerEntry } from '../pipeline/enter-stage.ts';
import { rightProblems } from '../pipeline/move-rules.ts';
import { reachable, withSight } from '../records.ts';
import { closingStage } from './conversion/closing.ts';
import { type TargetIds, moveActivities } from './conversion/move-activities.ts';
import type { Conversion, ConversionReport, Undoing } from './conversion/report.ts';
import type { SourceLead } from './conversion/source-lead.ts';
import { tellAgain } from './conversion/tell-again.ts';
import { type Targets, linkedCompany, wantedTargets } from './conversion/wanted-targets.ts';
import { writeTargets } from './conversion/write-targets.ts';

export type ConvertLeadInput = Targets & {
  id: string;
  version: number;
  /** A stage of its pipeline that means won; its first when absent. */
  stageId?: string | null;
  /** One of that stage's reasons. */
  stageReason?: string | null;
  /** Why rules of the lead's stages are set aside; needs `lead.moveAgainstRules`. */
  reason?: string | null;
  /** Whose the new records are; the lead's owner's when absent. */
  ownerId?: string | null;
  /** Nothing is changed, and the report is told all the same. */
  dryRun?: boolean | null;
};

/**
 * Makes a lead what it has turned out to be: a company, a contact or both, and perhaps a deal; new ones, or ones that
 * are there. All in one transaction, each record by its own command, and once: who calls again gets what it became.
 * What stands against any part of it stands against all. A trial (`dryRun`) does the same and undoes it.
 */
export const convertLead = command<ConvertLeadInput>('lead.convert', (context, input) => convertOne(context, input));

/** The same for those who may change many leads at once: each is converted or refused by itself. */
export const convertLeads = batchCommand<ConvertLeadInput>('lead.convert', async (context, inputs) => {
  const outcomes: Outcome[] = [];
  for (const at of placesInLockOrder(inputs)) {
    outcomes[at] = await convertOne(context, inputs[at]!, { isBulk: true });
  }
  return outcomes;
}, { batchPermission: 'lead.bulk' });

async function convertOne(context: CommandContext, input: ConvertLeadInput, { isBulk = false } = {}): Promise<Outcome> {
  const { tx, principal } = context;
  const find = () => tx.lead.findFirst({ where: { AND: [reachable(context), { id: input.id }] }, include: withSight });
  let lead = await find();
  if (lead && !lead.convertedAt) {
    // Of many at once one converts it, and the others wait for what it became; who comes later need not.
    await lockRecord(tx, principal.workspace.id, 'lead', input.id);
    lead = await find();
  }
  if (!lead) return refused(notFound('lead', 'input', 'id'));
  if (lead.convertedAt) return unchanged(lead.id, await tellAgain(context, lead));
  if (lead.version !== input.version) return refused(versionConflict(lead.version));
  const forbidden = isBulk ? rightProblems(context, 'bulk', lead, 'input', 'id') : [];
  return tentatively(tx, () => convert(context, lead, input, forbidden), ({ kind }) => kind === 'done');
}

async function convert(
  context: CommandContext, lead: SourceLead, input: ConvertLeadInput, forbidden: readonly UserError[],
): Promise<Outcome> {
  const closing = await closingStage(context, lead, input);
  const linked = await linkedCompany(context, lead);
  const wanted = await wantedTargets(context, input, lead, linked);
  const written = await writeTargets(context, lead, wanted.targets, { owner: input.ownerId ?? lead.ownerId, linked });
  const problems = [...closing.problems, ...forbidden, ...wanted.problems, ...written.problems];
  const { stage, againstRulesReason } = closing;
  if (problems.length > 0 || !stage) return refused(...problems);

  const { moved, stays } = await moveActivities(context, lead.id, written.ids);
  const report: ConversionReport = { ...written.report, moves: moved.map(({ id }) => id), stays };
  const undoing: Undoing = { from: standOf(lead), targets: written.undoing, activities: moved };
  const after = await close(context, lead, input, { stage, ids: written.ids, conversion: { ...report, undoing } });
  if (!after) return refused(versionConflict(lead.version + 1));
  if (stage.id !== lead.stageId) {
    await context.tx.stageChange.create({
      data: ledgerEntry(context, after, {
        fromStageId: lead.stageId, probability: stage.probability, againstRulesReason,
      }),
      select: { id: true },
    });
  }
  if (input.dryRun) return unchanged(lead.id, report);
  const { owner, shares, conversion: _none, ...before } = lead;
  return done(lead.id, after.version, {
    before, after, report, ...(againstRulesReason ? { reason: againstRulesReason } : {}),
  });
}

/** Where the lead stands before it is converted, and comes back to when that is taken back. */
function standOf({ stageId, stageReason, lossReason, closedAt }: SourceLead): Undoing['from'] {
  return { stageId, stageReason, lossReason, closedAt: closedAt?.toISOString() ?? null };
}

/** Closes the lead, with what it became. @returns null when somebody has changed it meanwhile */
async function close(
  context: CommandContext, lead: SourceLead, input: ConvertLeadInput,
  { stage, ids, conversion }: { stage: StageFacts; ids: TargetIds; conversion: Conversion },
) {
  const { tx, principal, now } = context;
  const isMoved = stage.id !== lead.stageId;
  const [after] = await tx.lead.updateManyAndReturn({
    where: { AND: [reachable(context), { id: lead.id, version: input.version }] },
    data: {
      convertedAt: now, convertedById: principal.memberId, conversion: conversion as unknown as Prisma.InputJsonObject,
      convertedCompanyId: ids.company ?? null, convertedContactId: ids.contact ?? null,
      convertedDealId: ids.deal ?? null,
      ...(isMoved ? { stageId: stage.id, stageEnteredAt: now, stageReason: input.stageReason?.trim() || null } : {}),
      closedAt: isMoved ? now : lead.closedAt ?? now, lossReason: null, version: { increment: 1 }, updatedAt: now,
    },
    omit: { conversion: true },
  });
  return after ?? null;
}
