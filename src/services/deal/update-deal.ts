import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { keptReferences, replaceReferences } from '../external-references.ts';
import { checkChange } from '../owned-records.ts';
import { reachable } from '../records.ts';
import { keptLists, replaceDealLists } from './deal-children.ts';
import { type DealFields, dealFieldProblems, dealShape, dealValues } from './deal-fields.ts';

export type UpdateDealInput = DealFields & { id: string; version: number };

/** Changes a deal; contacts, lines and external ids are replaced as lists. Its stage is changed by moving it. */
export const updateDeal = command<UpdateDealInput>('deal.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.deal.findFirst({
    where: mayUpdate, include: { stage: { select: { probability: true } }, owner: { select: { teamId: true } } },
  });
  if (!found) return refused(notFound('deal', 'input', 'id'));
  const { stage, owner, ...before } = found;
  const problems = [
    ...dealFieldProblems(input, false), ...await checkChange(context, input, { ...before, owner }, dealShape),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const { probability, ...values } = dealValues(input);
  const [after] = await tx.deal.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: {
      ...values,
      ...(probability === undefined ? {} : {
        probability: probability ?? stage.probability, isProbabilitySetByHand: probability !== null,
      }),
      version: { increment: 1 }, updatedAt: now,
    },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const lists = { ...(await keptLists(context, [input]))[0]!, ...keptReferences(input.externalReferences) };
  const replaced = {
    ...await replaceDealLists(context, input.id, lists), ...await replaceReferences(context, input.id, lists),
  };
  return done(input.id, after.version, { before: { ...before, ...replaced }, after: { ...after, ...lists } });
});
