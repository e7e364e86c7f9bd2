import { revokeLink } from '../../auth/link-tokens.ts';
import { callerIn } from '../../db/caller.ts';
import { enterWorkspace } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { type Membership, deleteUser, membershipsOfUser } from '../../db/identity.ts';
import { lock } from '../../db/lock.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { type UserError, userError } from '../errors.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { proveWithPassword } from './change-password.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, succeeded } from './errors.ts';
import type { SignedInUser } from './sessions.ts';

/**
 * Deletes one's account, everywhere at once: its memberships end, its sessions and links too. What the person did stays
 * with the workspaces, under the name that colleagues knew, and so do the records, with the member as their owner until
 * an administrator hands them over. Who is a workspace's last owner makes somebody else owner first; all such
 * workspaces are named at once.
 */
export async function deleteAccount(
  services: Pick<Services, 'database' | 'newId' | 'now'>, { userId }: SignedInUser, currentPassword: string,
  origin: Origin,
): Promise<Answer<null>> {
  const { database, now } = services;
  const proof = await proveWithPassword(services, userId, currentPassword, origin);
  if (!proof.ok) return proof;
  const { value: user } = proof;
  const deletion = database.transaction(platformWorkspaceId, async (tx) => {
    const caller = callerIn(tx);
    // In one order for all, so that two who leave the same workspaces do not wait for each other for ever.
    const memberships = (await membershipsOfUser(caller, userId))
      .toSorted((left, right) => (left.workspaceId < right.workspaceId ? -1 : 1));
    const problems: UserError[] = [];
    for (const membership of memberships) problems.push(...await lastOwnerProblems(tx, membership, userId));
    if (problems.length > 0) return declined(...problems);
    // Holds the person's row from here on: nobody signs in, joins or is deleted meanwhile.
    await endSessions(caller, services, origin, { userId }, 'the account was deleted');
    if ((await membershipsOfUser(caller, userId)).length !== memberships.length) throw new ChangedMeanwhileError();
    await recordAccountEvent(caller, services, origin, { type: 'user_deleted', userId, detail: 'deleted the account' });
    for (const { workspaceId } of memberships) await endMembership(tx, workspaceId, userId, services);
    // Former memberships point at the user too.
    await enterWorkspace(tx, platformWorkspaceId);
    if (!await deleteUser(caller, userId)) throw new ChangedMeanwhileError();
    await queueMail(tx, services, {
      template: 'account-deleted', to: { address: user.email, name: user.name }, variables: { at: now() },
    });
    return succeeded(null);
  });
  return deletion.catch((error: unknown) => {
    if (!(error instanceof ChangedMeanwhileError)) throw error;
    const message = 'The account was changed or deleted meanwhile: try again.';
    return declined(userError('INVALID_CREDENTIALS', message, 'input', 'currentPassword'));
  });
}

/** What was done until then is undone. */
class ChangedMeanwhileError extends Error {}

/** Holds the workspace's rights until the end, so that two owners cannot leave at the same moment. */
async function lastOwnerProblems(
  tx: Transaction, { workspaceId, name }: Membership, userId: string,
): Promise<UserError[]> {
  await enterWorkspace(tx, workspaceId);
  await lock(tx, workspaceId, 'rights');
  const people = { workspaceId, isActive: true, userId: { not: null } };
  const owners = await tx.member.findMany({
    where: { ...people, roles: { some: { role: { is: { builtIn: 'OWNER' } } } } }, select: { userId: true },
  });
  if (owners.length !== 1 || owners[0]!.userId !== userId) return [];
  const isAlone = await tx.member.count({ where: people }) === 1;
  return [userError('LAST_OWNER', isAlone
    ? `You are alone in "${name}": invite somebody and hand it over, or ask whoever runs this server to delete it.`
    : `You are the last owner of "${name}": make somebody else owner first.`)];
}

/** As when somebody is removed (src/services/member/remove-member.ts), but that his records wait for who gets them. */
async function endMembership(
  tx: Transaction, workspaceId: string, userId: string, { newId, now }: Pick<Services, 'newId' | 'now'>,
): Promise<void> {
  await enterWorkspace(tx, workspaceId);
  const at = now();
  const member = await tx.member.findFirstOrThrow({ where: { workspaceId, userId }, select: { id: true } });
  const his = { workspaceId, memberId: member.id };
  await tx.memberRole.deleteMany({ where: his });
  await tx.recordShare.deleteMany({ where: his });
  const ended = { revokedAt: at, version: { increment: 1 }, updatedAt: at };
  await tx.apiKey.updateMany({ where: { ...his, revokedAt: null }, data: ended });
  const invitations = await tx.invitation.updateManyAndReturn({
    where: { workspaceId, invitedById: member.id, acceptedAt: null, revokedAt: null }, data: ended,
    select: { id: true },
  });
  for (const { id } of invitations) await revokeLink(callerIn(tx), 'INVITATION', id);
  await tx.member.updateMany({
    where: { workspaceId, id: member.id },
    data: { isActive: false, removedAt: at, email: null, version: { increment: 1 }, updatedAt: at },
  });
  await tx.auditEntry.create({
    data: {
      workspaceId, id: newId(), at, memberId: member.id, principal: `member:${member.id}`, door: 'API', noun: 'member',
      verb: 'remove', recordId: member.id, fieldNames: ['email', 'isActive', 'removedAt', 'roles'],
    },
  });
}
