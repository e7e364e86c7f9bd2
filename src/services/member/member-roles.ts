import type { CommandContext } from '../command.ts';
import { type UserError, notPermitted } from '../errors.ts';
import { linkProblemsOf, readableIds } from '../records.ts';
import { type RoleFacts, beyond, beyondProblem, rolesById } from '../role/role-grants.ts';
import { listProblems } from '../validate.ts';

/** Roles of one member. */
const maxRoles = 50;

/**
 * What stands against giving these roles to a member, or taking them away. Who gives or takes a role holds everything
 * that it allows; the role OWNER is the owners' alone.
 */
export async function roleProblems(
  context: CommandContext, ids: readonly string[], path: (at: number) => string[],
): Promise<UserError[]> {
  return (await roleProblemsOf(context, [ids], path))[0]!;
}

/** The same for many members, one list for each, in their order. */
export async function roleProblemsOf(
  context: CommandContext, lists: readonly (readonly string[])[], path: (at: number) => string[],
): Promise<UserError[][]> {
  const links = await linkProblemsOf(
    context, lists.map((ids) => ids.map((id, at) => ({ noun: 'role', id, path: path(at) }))),
  );
  // What cannot be seen is absent: what else stands against it would tell that it is there, and what it allows.
  const roles = await rolesById(context, [...(await readableIds(context, 'role', lists.flat()))]);
  return lists.map((ids, list) => [
    ...listProblems(ids, ['input', 'roleIds'], maxRoles),
    ...links[list]!,
    ...ids.flatMap((id, at) => {
      const role = roles.get(id);
      return role ? givingProblems(context, role, path(at)) : [];
    }),
  ]);
}

/** What stands against giving or taking one role. What the role is, is told to those who can see it. */
export function givingProblems(
  context: Pick<CommandContext, 'principal'>, { name, builtIn, grants }: RoleFacts, path: readonly string[],
): UserError[] {
  const { profile } = context.principal;
  const isForOwners = builtIn === 'OWNER' && !profile.reachOf('role', 'assignOwner');
  const tooMuch = beyond(context, grants);
  if (!profile.reachOf('role', 'read')) return isForOwners || tooMuch.length > 0 ? [beyondProblem([], ...path)] : [];
  if (isForOwners) {
    return [notPermitted(`Who is ${name} is for owners to say: that needs the permission role.assignOwner.`, ...path)];
  }
  return tooMuch.length > 0 ? [beyondProblem(tooMuch, ...path)] : [];
}
