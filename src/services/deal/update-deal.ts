import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { ownershipProblems, reachable, writeProblems } from '../records.ts';
import { writeDealChildren } from './deal-children.ts';
import { type DealFields, dealColumns, dealFieldProblems, dealLinkProblems, writtenColumns } from './deal-fields.ts';

export type UpdateDealInput = DealFields & { id: string; version: number };

/** Changes a deal's own fields; contacts and lines are replaced as lists. Its stage is changed by moving it. */
export const updateDeal = command<UpdateDealInput>('deal.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const deal = await tx.deal.findFirst({
    where: mayUpdate, include: { stage: { select: { probability: true } }, owner: { select: { teamId: true } } },
  });
  if (!deal) return refused(notFound('deal', 'input', 'id'));
  const { stage, owner, ...before } = deal;
  const ownership = { ownerId: before.ownerId, teamId: before.teamId };
  const problems = [
    ...dealFieldProblems(input, false),
    ...writeProblems(context, writtenColumns(input), { ...ownership, owner }),
    ...(input.ownerId === undefined && input.teamId === undefined ? []
      : await ownershipProblems(context, { ownerId: input.ownerId, teamId: input.teamId }, ownership)),
    ...await dealLinkProblems(context, input),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const { probability, ...columns } = Object.fromEntries(
    dealColumns.filter((column) => input[column] !== undefined).map((column) => [column, input[column]]),
  );
  const [after] = await tx.deal.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: {
      ...columns,
      ...(input.title ? { title: input.title.trim() } : {}),
      ...(probability === undefined ? {} : {
        probability: (probability as number | null) ?? stage.probability, isProbabilitySetByHand: probability !== null,
      }),
      version: { increment: 1 }, updatedAt: now,
    },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  await writeDealChildren(context, [{ dealId: input.id, contacts: input.contacts, lines: input.lines }], { replace: true });
  return done(input.id, after.version, { before, after });
});
