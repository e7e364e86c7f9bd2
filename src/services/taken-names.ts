import { type Claim, type NamedTable, holdersOfNames } from '../db/taken-names.ts';
import type { CommandContext } from './command.ts';
import { type UserError, userError } from './errors.ts';
import { isStorableText } from './validate.ts';

/**
 * A problem for each name that another record has, or that an earlier input of the batch wants; in the order of the
 * claims, null for inputs without a name. The database has the last word (constraint-errors.ts): it also refuses what
 * somebody else writes meanwhile.
 *
 * @param claims `id` is the record's own, whose name may stay
 */
export async function takenProblems(
  { tx, principal }: CommandContext, table: NamedTable, claims: readonly ((Claim & { id?: string }) | null)[],
  message: string, ...path: string[]
): Promise<UserError[][]> {
  // What is empty or cannot be stored is refused for that.
  const isAsked = (claim: (typeof claims)[number]) =>
    claim !== null && claim.value !== '' && isStorableText(claim.value);
  const made = claims.filter((claim) => claim !== null && isAsked(claim)) as (Claim & { id?: string })[];
  const holders = made.length === 0 ? [] : await holdersOfNames(tx, principal.workspace.id, table, made);
  const problems = made.map(({ id }, at) => {
    const { holderId, firstAt } = holders[at]!;
    return (holderId !== null && holderId !== id) || firstAt !== at ? [userError('TAKEN', message, ...path)] : [];
  });
  return claims.map((claim) => (isAsked(claim) ? problems.shift()! : []));
}
