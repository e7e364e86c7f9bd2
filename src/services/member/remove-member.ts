import { lock } from '../../db/lock.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { type CommandContext, command, done, refused, unchanged } from '../command.ts';
import { type UserError, inUse, notFound, versionConflict } from '../errors.ts';
import { revokeInvitationsBy } from '../invitation/revoke-invitation.ts';
import { linkProblems, reachable } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { tellMember } from '../tell-member.ts';
import { type OwnedCount, countOwned, handOverAll, handOverProblems } from './hand-over.ts';
import { handOverJob } from './hand-over-job.ts';
import { endSessions, lastOwnerProblems, standingProblems } from './standing.ts';

export type RemoveMemberInput = {
  id: string;
  version: number;
  /** Who gets his records; not needed where he owns none. */
  handOverToId?: string | null;
  /** Nothing is changed, and the plan is told all the same. */
  dryRun?: boolean | null;
};

/** What the removal does, or would. */
export type RemovalPlan = {
  records: readonly OwnedCount[];
  /** The records are too many for one transaction: they are handed over by a job, soon after. */
  isInBackground: boolean;
  /** Keys that are revoked. */
  apiKeyCount: number;
  /** Invitations of his that wait, and are revoked. */
  invitationCount: number;
};

/** Records that are handed over in the transaction of the command. */
const mostAtOnce = 2_000;

/**
 * Removes a member: his records go to another member, his roles, keys, shares and invitations end, and he is signed
 * out, from his next request on. What he did stays his. Once more, on somebody removed before, it hands over what he
 * owns.
 */
export const removeMember = command<RemoveMemberInput>(
  'member.delete',
  async (context, input) => {
    const { tx, principal } = context;
    const workspaceId = principal.workspace.id;
    await lock(tx, workspaceId, 'rights');
    const mayRemove = { AND: [reachable(context), { id: input.id }] };
    const found = await tx.member.findFirst({ where: mayRemove, include: { roles: { select: { roleId: true } } } });
    if (!found) return refused(notFound('member', 'input', 'id'));
    const { roles, ...before } = found;
    const roleIds = roles.map(({ roleId }) => roleId).sort();
    const plan = await planOf(context, before.id);
    const problems = [
      ...(await standingProblems(context, roleIds, 'input', 'id')),
      ...(await receiverProblems(context, input, plan.records)),
    ];
    if (problems.length > 0) return refused(...problems);
    const ownerProblems = await lastOwnerProblems(context, before, roleIds, []);
    if (ownerProblems.length > 0) return refused(...ownerProblems);
    if (before.version !== input.version) return refused(versionConflict(before.version));
    if (input.dryRun || (before.removedAt && plan.records.length === 0)) return unchanged(before.id, plan);

    const after = await remove(context, { ...before, roleIds }, plan);
    if (!after) return refused(versionConflict(before.version + 1));
    const handOver = { fromId: before.id, toId: input.handOverToId! };
    if (plan.isInBackground) await enqueue(tx, context.services, handOverJob, handOver);
    else if (plan.records.length > 0) await handOverAll(context, handOver);
    return done(before.id, after.version, {
      before: { ...before, roles: roleIds, handedOverTo: null },
      after: { ...after, roles: [], handedOverTo: input.handOverToId ?? null },
      report: plan,
    });
  },
  { act: 'remove' },
);

async function planOf({ tx, principal, now }: CommandContext, memberId: string): Promise<RemovalPlan> {
  const workspaceId = principal.workspace.id;
  const records = await countOwned(tx, workspaceId, memberId);
  return {
    records,
    isInBackground: records.reduce((sum, { count }) => sum + count, 0) > mostAtOnce,
    apiKeyCount: await tx.apiKey.count({ where: { workspaceId, memberId, revokedAt: null, expiresAt: { gt: now } } }),
    invitationCount: await tx.invitation.count({
      where: { workspaceId, invitedById: memberId, acceptedAt: null, revokedAt: null },
    }),
  };
}

async function receiverProblems(
  context: CommandContext, { id, handOverToId }: RemoveMemberInput, owned: readonly OwnedCount[],
): Promise<UserError[]> {
  const { tx, principal } = context;
  const path = ['input', 'handOverToId'];
  const unseen = handOverProblems(context, ...path);
  if (unseen.length > 0) return unseen;
  if (!handOverToId) {
    const count = owned.reduce((sum, each) => sum + each.count, 0);
    return count === 0 ? [] : [inUse(`The member owns records: ${count}. Say who gets them.`, count, ...path)];
  }
  const absent = await linkProblems(context, [{ noun: 'member', id: handOverToId, path }]);
  const isThere =
    handOverToId !== id &&
    (await tx.member.count({ where: { workspaceId: principal.workspace.id, id: handOverToId, isActive: true } })) === 1;
  return absent.length > 0 || isThere ? absent : [notFound('member', ...path)];
}

type Leaving = {
  id: string;
  userId: string | null;
  version: number;
  isActive: boolean;
  removedAt: Date | null;
  roleIds: string[];
};

/** Everything but his records ends here, at once. */
async function remove(context: CommandContext, member: Leaving, { apiKeyCount }: RemovalPlan) {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  const [after] = await tx.member.updateManyAndReturn({
    where: { workspaceId, id: member.id, version: member.version },
    data: { isActive: false, removedAt: member.removedAt ?? now, version: { increment: 1 }, updatedAt: now },
  });
  if (!after || member.removedAt) return after;
  await tellMember(tx, services, { workspaceId, memberId: member.id }, 'member-removed', { at: now });
  await tx.memberRole.deleteMany({ where: { workspaceId, memberId: member.id } });
  await tx.recordShare.deleteMany({ where: { workspaceId, memberId: member.id } });
  await tx.apiKey.updateMany({
    where: { workspaceId, memberId: member.id, revokedAt: null },
    data: { revokedAt: now, version: { increment: 1 }, updatedAt: now },
  });
  await revokeInvitationsBy(context, member.id);
  await recordSecurityEvent(tx, context, { type: 'user_deleted', subjectId: member.id, detail: 'removed' });
  if (apiKeyCount > 0) {
    const detail = `all keys: ${apiKeyCount}`;
    await recordSecurityEvent(tx, context, {
      type: 'authn_token_revoked',
      noun: 'apiKey',
      subjectId: member.id,
      detail,
    });
  }
  await endSessions(context, member, 'the member was removed');
  return after;
}
