import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { keptReferences, replaceReferences } from '../external-references.ts';
import { checkChange } from '../owned-records.ts';
import { reachable, sightProblems } from '../records.ts';
import { type CompanyFields, companyFieldProblems, companyShape, companyValues } from './company-fields.ts';

export type UpdateCompanyInput = CompanyFields & { id: string; version: number };

/**
 * Changes a company; external ids are replaced as a list. No company stands below itself: the database sees to it. Its
 * answer tells of the companies between, so who puts a company below another must be able to read them all.
 */
export const updateCompany = command<UpdateCompanyInput>('company.update', async (context, input) => {
  const { tx, principal, now } = context;
  if (input.parentId) await lock(tx, principal.workspace.id, 'companies');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.company.findFirst({ where: mayUpdate, include: { owner: { select: { teamId: true } } } });
  if (!found) return refused(notFound('company', 'input', 'id'));
  const { owner, ...before } = found;
  const isMoved = input.parentId && input.parentId !== before.parentId;
  const problems = [
    ...companyFieldProblems(input, false), ...(isMoved ? sightProblems(context, 'company', 'input', 'parentId') : []),
    ...await checkChange(context, input, found, companyShape),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.company.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...companyValues(input, before), version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  const lists = keptReferences(input.externalReferences);
  const replaced = await replaceReferences(context, input.id, lists);
  return done(input.id, after.version, { before: { ...before, ...replaced }, after: { ...after, ...lists } });
});
