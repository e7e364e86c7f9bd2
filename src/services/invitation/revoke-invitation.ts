import { revokeLink } from '../../auth/link-tokens.ts';
import { callerIn } from '../../db/caller.ts';
import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused, unchanged } from '../command.ts';
import { invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';

export type RevokeInvitationInput = { id: string; version: number };

/** Takes an invitation back: its link works no more. */
export const revokeInvitation = command<RevokeInvitationInput>(
  'invitation.delete',
  async (context, input) => {
    const { tx, principal, now } = context;
    await lock(tx, principal.workspace.id, 'rights');
    const mayRevoke = { AND: [reachable(context), { id: input.id }] };
    const before = await tx.invitation.findFirst({ where: mayRevoke });
    if (!before) return refused(notFound('invitation', 'input', 'id'));
    if (before.revokedAt) return unchanged(before.id);
    if (before.acceptedAt) return refused(invalid('It was accepted: the person is a member now.', 'input', 'id'));
    if (before.version !== input.version) return refused(versionConflict(before.version));
    const [after] = await tx.invitation.updateManyAndReturn({
      where: { AND: [mayRevoke, { version: input.version }] },
      data: { revokedAt: now, version: { increment: 1 }, updatedAt: now },
    });
    if (!after) return refused(versionConflict(before.version + 1));
    await endLink(context, before);
    return done(before.id, after.version, { before, after });
  },
  { act: 'revoke' },
);

/** All that wait of those that a member has made, when he leaves. */
export async function revokeInvitationsBy(context: CommandContext, memberId: string): Promise<void> {
  const { tx, principal, now } = context;
  const revoked = await tx.invitation.updateManyAndReturn({
    where: { workspaceId: principal.workspace.id, invitedById: memberId, acceptedAt: null, revokedAt: null },
    data: { revokedAt: now, version: { increment: 1 }, updatedAt: now },
    select: { id: true, memberId: true },
  });
  for (const invitation of revoked) await endLink(context, invitation);
}

async function endLink(
  context: CommandContext, { id, memberId }: { id: string; memberId: string | null },
): Promise<void> {
  await revokeLink(callerIn(context.tx), 'INVITATION', id);
  await recordSecurityEvent(context.tx, context, {
    type: 'authn_token_revoked',
    noun: 'invitation',
    recordId: id,
    subjectId: memberId,
    detail: 'invitation',
  });
}
