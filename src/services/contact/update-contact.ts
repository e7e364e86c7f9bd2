import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { keptReferences, replaceReferences } from '../external-references.ts';
import { checkChange } from '../owned-records.ts';
import { reachable } from '../records.ts';
import { type ContactFields, contactFieldProblems, contactShape, contactValues } from './contact-fields.ts';
import { keptLists, replaceContactLists } from './contact-lists.ts';

export type UpdateContactInput = ContactFields & { id: string; version: number };

/** Changes a contact; e-mail addresses, phones, postal addresses and external ids are replaced as lists. */
export const updateContact = command<UpdateContactInput>('contact.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.contact.findFirst({ where: mayUpdate, include: { owner: { select: { teamId: true } } } });
  if (!found) return refused(notFound('contact', 'input', 'id'));
  const { owner, ...before } = found;
  const problems = [
    ...contactFieldProblems(input, now, before), ...await checkChange(context, input, found, contactShape),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.contact.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...contactValues(input), version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const lists = { ...keptLists(input), ...keptReferences(input.externalReferences) };
  const replaced = {
    ...await replaceContactLists(context, input.id, lists), ...await replaceReferences(context, input.id, lists),
  };
  return done(input.id, after.version, { before: { ...before, ...replaced }, after: { ...after, ...lists } });
});
