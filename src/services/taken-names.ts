import { type Claim, type NamedTable, holdersOfNames } from '../db/taken-names.ts';
import type { CommandContext } from './command.ts';
import { type UserError, alreadyTaken } from './errors.ts';
import { isStorableText } from './validate.ts';

/** A name that an input wants. `id` is the record's own: what it is called already it may be called again. */
type NameClaim = Claim & { id?: string };

/**
 * A problem when another record has the name; none for an input without one. The database has the last word
 * (constraint-errors.ts): it also refuses what somebody else writes meanwhile.
 */
export async function takenProblems(
  context: CommandContext, table: NamedTable, claim: NameClaim | null, message: string, ...path: string[]
): Promise<UserError[]> {
  return (await takenProblemsOf(context, table, [claim], message, ...path))[0]!;
}

/** The same for the inputs of a batch, in their order; what an earlier input wants is taken, too. */
export async function takenProblemsOf(
  { tx, principal }: CommandContext, table: NamedTable, claims: readonly (NameClaim | null)[],
  message: string, ...path: string[]
): Promise<UserError[][]> {
  // What is empty or cannot be stored is refused for that.
  const isAsked = (claim: NameClaim | null): claim is NameClaim => (
    claim !== null && claim.value !== '' && isStorableText(claim.value));
  const made = claims.filter(isAsked);
  const holders = made.length === 0 ? [] : await holdersOfNames(tx, principal.workspace.id, table, made);
  const problems = made.map(({ id }, at) => {
    const { holderId, firstAt } = holders[at]!;
    return (holderId !== null && holderId !== id) || firstAt !== at ? [alreadyTaken(message, ...path)] : [];
  });
  return claims.map((claim) => (isAsked(claim) ? problems.shift()! : []));
}
