import { memberOf } from '../../auth/principal.ts';
import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, invalid, notFound, notPermitted, versionConflict } from '../errors.ts';
import { readableWhere } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { tellMember, tellOwners } from '../tell-member.ts';

export type TransferOwnershipInput = {
  /** Who is owner from now on. */
  toMemberId: string;
  /** Of that member. */
  version: number;
};

/**
 * Gives the workspace to another member: he gets the role OWNER, and who gives it keeps ADMIN in its place. One change,
 * so that there is an owner at every moment. Both are told by mail.
 */
export const transferOwnership = command<TransferOwnershipInput>('workspace.transfer', async (context, input) => {
  const { tx, principal, now } = context;
  const workspaceId = principal.workspace.id;
  const fromId = memberOf(principal);
  await lock(tx, workspaceId, 'rights');
  const to = await tx.member.findFirst({
    where: { AND: [readableWhere(context, 'member'), { id: input.toMemberId }] },
  });
  if (!to) return refused(notFound('member', 'input', 'toMemberId'));
  const roles = await tx.role.findMany({
    where: { workspaceId, builtIn: { in: ['OWNER', 'ADMIN'] } },
    select: { id: true, builtIn: true },
  });
  const ownerRoleId = roles.find(({ builtIn }) => builtIn === 'OWNER')!.id;
  const adminRoleId = roles.find(({ builtIn }) => builtIn === 'ADMIN')!.id;
  const problems = [...receiverProblems(to, fromId), ...(await giverProblems(context, fromId, ownerRoleId))];
  if (problems.length > 0) return refused(...problems);
  if (to.version !== input.version) return refused(versionConflict(to.version));

  await tx.memberRole.createMany({
    data: [
      { workspaceId, memberId: to.id, roleId: ownerRoleId },
      { workspaceId, memberId: fromId, roleId: adminRoleId },
    ],
    skipDuplicates: true,
  });
  await tx.memberRole.deleteMany({ where: { workspaceId, memberId: fromId, roleId: ownerRoleId } });
  const raised = { version: { increment: 1 }, updatedAt: now };
  await tx.member.updateMany({ where: { workspaceId, id: { in: [to.id, fromId] } }, data: raised });
  const { version } = await tx.workspace.update({
    where: { id: workspaceId },
    data: raised,
    select: { version: true },
  });
  await recordSecurityEvent(tx, context, {
    type: 'privilege_permissions_changed',
    noun: 'workspace',
    recordId: workspaceId,
    subjectId: to.id,
    detail: 'ownership transferred',
  });
  await tellOwnersOfIt(context, fromId, to);
  return done(workspaceId, version, { before: { ownerId: fromId }, after: { ownerId: to.id } });
});

/** An owner who cannot sign in owns nothing. */
function receiverProblems(to: { id: string; isActive: boolean; userId: string | null }, fromId: string): UserError[] {
  const path = ['input', 'toMemberId'];
  if (to.id === fromId) return [invalid('You are the owner already.', ...path)];
  if (to.isActive && to.userId) return [];
  return [invalid('Only an active member with an account can be owner.', ...path)];
}

/** The permission can stand on other roles; what is given is a role that one has oneself. */
async function giverProblems({ tx, principal }: CommandContext, fromId: string, roleId: string): Promise<UserError[]> {
  const isOwner = await tx.memberRole.count({
    where: { workspaceId: principal.workspace.id, memberId: fromId, roleId },
  });
  return isOwner ? [] : [notPermitted('Only an owner hands the workspace over.', 'input')];
}

/** Who gives, who gets, and whoever else is an owner. */
async function tellOwnersOfIt(
  { tx, principal, services, now }: CommandContext, fromId: string, to: { id: string; name: string },
): Promise<void> {
  const workspaceId = principal.workspace.id;
  const from = await tx.member.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id: fromId } },
    select: { name: true },
  });
  const variables = { at: now, from: from.name, to: to.name };
  for (const memberId of [fromId, to.id]) {
    await tellMember(tx, services, { workspaceId, memberId }, 'ownership-transferred', variables);
  }
  await tellOwners(tx, services, { workspaceId, knowing: [fromId, to.id] }, 'ownership-transferred', variables);
}
