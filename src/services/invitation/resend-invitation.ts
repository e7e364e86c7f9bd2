import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { invalid, notFound, userError, versionConflict } from '../errors.ts';
import { roleProblems } from '../member/member-roles.ts';
import { reachable } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { domainProblems, inviterProblems } from './invite-rights.ts';
import { invitationEnd, sendInvitation } from './send-invitation.ts';

export type ResendInvitationInput = { id: string; version: number };

const quietMilliseconds = 60_000;

/** Sends an invitation again, with a new link and as much time as a new one has; the link before it works no more. */
export const resendInvitation = command<ResendInvitationInput>('invitation.update', async (context, input) => {
  const { tx, principal, now } = context;
  await lock(tx, principal.workspace.id, 'rights');
  const mayResend = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.invitation.findFirst({ where: mayResend, include: { roles: { select: { roleId: true } } } });
  if (!found) return refused(notFound('invitation', 'input', 'id'));
  const { roles, ...before } = found;
  if (before.acceptedAt || before.revokedAt) {
    return refused(invalid('It waits no more: it was accepted or revoked.', 'input', 'id'));
  }
  // Who sends it again stands for it from now on, so it is asked of him what is asked of who invites.
  const problems = [
    ...await inviterProblems(context, before.teamId),
    ...(await roleProblems(context, roles.map(({ roleId }) => roleId), () => ['input', 'id'])),
    ...await domainProblems(context, before.email),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  if (now.getTime() - before.sentAt.getTime() < quietMilliseconds) {
    return refused(userError('LIMIT_REACHED', 'It was sent within the last minute.', 'input', 'id'));
  }
  const [after] = await tx.invitation.updateManyAndReturn({
    where: { AND: [mayResend, { version: input.version }] },
    data: { sentAt: now, expiresAt: invitationEnd(now), version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  await sendInvitation(context, after);
  await recordSecurityEvent(tx, context, {
    type: 'authn_token_created', noun: 'invitation', recordId: before.id, subjectId: before.memberId,
    detail: 'invitation sent again',
  });
  return done(before.id, after.version, { before, after });
}, { act: 'resend' });
