import type { Transaction } from '../db/database.ts';
import { findUser, within } from '../db/identity.ts';
import { recipientOf } from '../mail/address.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { MailTemplateName, MailVariables } from '../mail/templates.ts';
import type { CommandContext } from './command.ts';
import type { Services } from './context.ts';

/**
 * Queues a mail to a member, in the transaction of what he is told about: to the address that he signs in with, or else
 * the one he is known by. Who has neither is told nothing.
 */
export async function tellMember<Name extends MailTemplateName>(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
  template: Name, variables: MailVariables<Name>,
): Promise<void> {
  const member = await tx.member.findUnique({
    where: { workspaceId_id: { workspaceId, id: memberId } }, select: { name: true, email: true, userId: true },
  });
  const user = member?.userId ? await findUser(within(tx), member.userId) : null;
  const to = { address: user?.email ?? member?.email ?? '', name: member?.name ?? null };
  if (recipientOf(to)) await queueMail(tx, services, { template, to, variables });
}

/** What the acting member is called in mails about what he did. */
export async function nameOf({ tx, principal }: Pick<CommandContext, 'tx' | 'principal'>): Promise<string> {
  const { workspace, memberId } = principal;
  const member = memberId && await tx.member.findUnique({
    where: { workspaceId_id: { workspaceId: workspace.id, id: memberId } }, select: { name: true },
  });
  return member ? member.name : workspace.name;
}
