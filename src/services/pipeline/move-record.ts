import { type Command, command, done, refused, unchanged } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { type Ownership, reachable, writeProblems } from '../records.ts';
import { convertedProblems } from '../lead/converted.ts';
import { type StagedNoun, ledgerEntry } from './enter-stage.ts';
import { type StageFacts, lossReasonProblems, moveProblems, stageNamed, stagesById } from './stages.ts';

export type MoveInput = {
  id: string;
  stageId: string;
  version: number;
  lossReason?: string | null;
};

/** A deal or a lead, as far as moving it goes. */
export type Moved = {
  id: string; version: number; pipelineId: string; stageId: string; stageEnteredAt: Date; closedAt: Date | null;
  lossReason: string | null; amountMinor: bigint | null; currency: string;
  probability?: number; isProbabilitySetByHand?: boolean; expectedCloseOn?: Date | null; convertedAt?: Date | null;
};
type Records = {
  findFirst(query: { where: object; omit: { notes: true }; include: typeof withOwner }): Promise<(Moved & Ownership & {
    owner: { teamId: string | null } | null;
  }) | null>;
  updateManyAndReturn(query: { where: object; data: object; omit: { notes: true } }): Promise<Moved[]>;
};

const withOwner = { owner: { select: { teamId: true } } } as const;

/**
 * Moves records of a noun along their pipeline. The ledger gets a row for each move. To the stage that a record is in,
 * nothing moves; a reason why it was lost is taken down all the same.
 *
 * @param follow what else of the record follows its stage
 */
export function moveCommand(
  noun: StagedNoun, follow: (record: Moved, to: StageFacts) => Partial<Moved> = () => ({}),
): Command<MoveInput> {
  return command<MoveInput>(`${noun}.move`, async (context, input) => {
    const { tx, principal, now } = context;
    const records = tx[noun] as unknown as Records;
    const mayMove = { AND: [reachable(context), { id: input.id }] };
    const found = await records.findFirst({ where: mayMove, omit: { notes: true }, include: withOwner });
    if (!found) return refused(notFound(noun, 'input', 'id'));
    const { owner, ...before } = found;
    const converted = convertedProblems({ id: before.id, convertedAt: before.convertedAt ?? null });
    if (converted.length > 0) return refused(...converted);
    const stages = await stagesById(tx, principal.workspace.id, [before.stageId, input.stageId]);
    const to = stageNamed(principal, stages, input.stageId);
    const problems = [
      ...(to ? moveProblems(before, stages.get(before.stageId), to) : [notFound('stage', 'input', 'stageId')]),
      ...lossReasonProblems(input.lossReason, to),
      ...writeProblems(context, input.lossReason === undefined ? [] : ['lossReason'], found),
    ];
    if (problems.length > 0 || !to) return refused(...problems);
    if (before.version !== input.version) return refused(versionConflict(before.version));
    const isMoved = before.stageId !== to.id;
    const lossReason = to.status === 'LOST' ? input.lossReason?.trim() || before.lossReason : null;
    if (!isMoved && lossReason === before.lossReason) return unchanged(before.id);
    const [after] = await records.updateManyAndReturn({
      where: { AND: [mayMove, { version: input.version }] },
      data: {
        ...(isMoved ? {
          stageId: to.id, stageEnteredAt: now, closedAt: to.status === 'OPEN' ? null : now, ...follow(before, to),
        } : {}),
        lossReason, version: { increment: 1 }, updatedAt: now,
      },
      omit: { notes: true },
    });
    if (!after) return refused(versionConflict(before.version + 1));
    if (isMoved) {
      await tx.stageChange.create({
        data: ledgerEntry(context, after, { fromStageId: before.stageId, probability: to.probability }),
        select: { id: true },
      });
    }
    return done(before.id, after.version, { before, after });
  });
}
