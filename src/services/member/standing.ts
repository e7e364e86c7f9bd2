import { takeSessions } from '../../auth/session.ts';
import { callerIn } from '../../db/caller.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, userError } from '../errors.ts';
import { rolesById } from '../role/role-grants.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { nameOf, tellMember } from '../tell-member.ts';
import { givingProblems } from './member-roles.ts';

/** Suspending or removing a member takes all that his roles allow, and taking him in again gives it. */
export async function standingProblems(
  context: CommandContext, roleIds: readonly string[], ...path: string[]
): Promise<UserError[]> {
  const roles = await rolesById(context, roleIds);
  return [...roles.values()].flatMap((role) => givingProblems(context, role, path)).slice(0, 1);
}

/** A workspace without an owner who can sign in could be given to nobody any more. Asked under the lock of rights. */
export async function lastOwnerProblems(
  { tx, principal }: CommandContext, before: { id: string; userId: string | null; isActive: boolean },
  roleIds: readonly string[], after: readonly string[],
): Promise<UserError[]> {
  const workspaceId = principal.workspace.id;
  if (!before.isActive || !before.userId || roleIds.every((id) => after.includes(id))) return [];
  const owner = await tx.role.findFirst({ where: { workspaceId, builtIn: 'OWNER' }, select: { id: true } });
  if (!owner || !roleIds.includes(owner.id) || after.includes(owner.id)) return [];
  const others = await tx.memberRole.count({
    where: {
      workspaceId,
      roleId: owner.id,
      memberId: { not: before.id },
      member: { is: { isActive: true, userId: { not: null } } },
    },
  });
  return others > 0
    ? []
    : [userError('LAST_OWNER', 'This is the last owner: make somebody else owner first.', 'input', 'id')];
}

/** What the member has open in this workspace ends for good: suspended, he comes back with a new sign-in. */
export async function endSessions(
  context: CommandContext, { id, userId }: { id: string; userId: string | null }, why: string,
): Promise<void> {
  if (!userId) return;
  const { tx, principal } = context;
  const ended = await takeSessions(callerIn(tx), { userId, workspaceId: principal.workspace.id });
  await recordSecurityEvent(tx, context, ...ended.map(({ isOver }) => ({
    type: isOver ? 'session_expired' as const : 'session_ended' as const,
    subjectId: id,
    detail: isOver ? null : why,
  })));
}

/**
 * Tells a member that he was suspended, or taken in again. Who has no account is told nothing: nothing changes for him.
 */
export async function tellOfStanding(
  context: CommandContext, { id, userId }: { id: string; userId: string | null }, isActive: boolean,
): Promise<void> {
  if (!userId) return;
  const { tx, principal, services, now } = context;
  const member = { workspaceId: principal.workspace.id, memberId: id };
  const facts = { at: now, by: await nameOf(context) };
  if (isActive) await tellMember(tx, services, member, 'member-reactivated', facts, { path: '/sign-in' });
  else await tellMember(tx, services, member, 'member-suspended', facts);
}
