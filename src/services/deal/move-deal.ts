import { command, done, refused } from '../command.ts';
import { invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { moveProblems, stageNamed, stagesById } from './stages.ts';

export type MoveDealInput = {
  id: string;
  stageId: string;
  version: number;
  lossReason?: string | null;
};

/** Moves a deal along its pipeline. Its probability follows the stage's, unless somebody set it by hand. */
export const moveDeal = command<MoveDealInput>('deal.move', async (context, input) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const mayMove = { AND: [reachable(context), { id: input.id }] };
  const deal = await tx.deal.findFirst({ where: mayMove, omit: { notes: true } });
  if (!deal) return refused(notFound('deal', 'input', 'id'));
  const stages = await stagesById(tx, workspaceId, { id: { in: [deal.stageId, input.stageId] } });
  const to = stageNamed(principal, stages, input.stageId);
  if (!to) return refused(notFound('stage', 'input', 'stageId'));
  const problems = moveProblems(stages.get(deal.stageId), to);
  if (input.lossReason && to.status !== 'LOST') {
    problems.push(invalid('A loss reason goes with a stage that means lost.', 'input', 'lossReason'));
  }
  if (problems.length > 0) return refused(...problems);
  if (deal.version !== input.version) return refused(versionConflict(deal.version));
  if (deal.stageId === to.id) return done(deal.id, deal.version);
  const [moved] = await tx.deal.updateManyAndReturn({
    where: { AND: [mayMove, { version: input.version }] },
    data: {
      stageId: to.id,
      stageEnteredAt: now,
      closedAt: to.status === 'OPEN' ? null : now,
      lossReason: to.status === 'LOST' ? input.lossReason ?? deal.lossReason : null,
      ...(deal.isProbabilitySetByHand ? {} : { probability: to.probability }),
      version: { increment: 1 }, updatedAt: now,
    },
    omit: { notes: true },
  });
  if (!moved) return refused(versionConflict(deal.version + 1));
  await tx.stageChange.create({
    data: {
      workspaceId, id: services.newId(), dealId: deal.id, fromStageId: deal.stageId, toStageId: to.id, enteredAt: now,
      recordedAt: now, movedById: principal.memberId, door: principal.door, amountMinor: moved.amountMinor,
      currency: moved.currency, probability: moved.probability, expectedCloseOn: moved.expectedCloseOn,
    },
    select: { id: true },
  });
  return done(deal.id, moved.version, { before: deal, after: moved });
});
