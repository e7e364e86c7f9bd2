import { type MovedRow, moveRows } from '../../../db/move-rows.ts';
import { type CommandContext, type Done, contextFor, done } from '../../command.ts';
import { recordOutcomes } from '../../record-outcomes.ts';
import { ledgerEntry } from '../enter-stage.ts';
import { nounOfKind } from '../kinds.ts';
import type { Movement } from './movements.ts';

/** Records that are moved by one round of statements. */
const roundSize = 1_000;

/**
 * Moves all records of a stage, those in the bin too, as moves of their own: each with its row of the ledger, its audit
 * entry and its event.
 *
 * @param toStageId the stage as it is written
 */
export async function moveRecords(
  context: CommandContext, { from, to, isAgainstRules }: Movement, toStageId: string, reason: string | null,
): Promise<void> {
  const { tx, principal, now } = context;
  const noun = nounOfKind(from.kind);
  const moving = contextFor(context, `${noun}.move`);
  const againstRulesReason = isAgainstRules ? reason : null;
  for (;;) {
    const rows = await moveRows(tx, principal.workspace.id, noun, {
      fromStageId: from.id,
      toStageId,
      probability: to.probability,
      now,
      atMost: roundSize,
    });
    if (rows.length === 0) return;
    recordOutcomes(moving, rows.map((row): Done =>
      done(row.id, row.version, {
        entry: entryOf(moving, row, from.id, to.probability, againstRulesReason),
        before: { stageId: from.id, stageEnteredAt: row.stageEnteredAtBefore, probability: row.probabilityBefore },
        after: { stageId: toStageId, stageEnteredAt: now, probability: row.probability },
        ...(againstRulesReason ? { reason: againstRulesReason } : {}),
      }),
    ));
  }
}

function entryOf(
  context: CommandContext, { probability: own, ...row }: MovedRow, fromStageId: string, probability: number,
  againstRulesReason: string | null,
) {
  const record = { ...row, ...(own === null ? {} : { probability: own }) };
  return ledgerEntry(context, record, { fromStageId, probability, againstRulesReason });
}
