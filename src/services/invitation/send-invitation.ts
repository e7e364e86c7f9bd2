import { issueLink, linkMinutes } from '../../auth/link-tokens.ts';
import { callerIn } from '../../db/caller.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { CommandContext } from '../command.ts';
import { nameOf } from '../tell-member.ts';

/** Until when an invitation that is sent now can be accepted. */
export function invitationEnd(now: Date): Date {
  return new Date(now.getTime() + linkMinutes.INVITATION * 60_000);
}

/** Sends the link, in the transaction of the command; one that was sent before stops working. */
export async function sendInvitation(
  context: CommandContext,
  { id, email, name, expiresAt }: { id: string; email: string; name: string | null; expiresAt: Date },
): Promise<void> {
  const { tx, principal, services } = context;
  const tokenId = await issueLink(callerIn(tx), services, 'INVITATION', {
    subject: id,
    workspaceId: principal.workspace.id,
    email,
  });
  await queueMail(tx, services, {
    template: 'invitation',
    to: { address: email, name },
    variables: { inviter: await nameOf(context), lifetimeMinutes: linkMinutes.INVITATION },
    link: { path: '/accept-invitation', purpose: 'INVITATION', tokenId },
    usefulUntil: expiresAt,
  });
}
