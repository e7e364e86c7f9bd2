import type { BuiltInRole } from '../auth/grants.ts';
import { callerIn } from '../db/caller.ts';
import type { Transaction } from '../db/database.ts';
import { findUser } from '../db/identity.ts';
import { recipientOf } from '../mail/address.ts';
import { type MailLink, queueMail } from '../mail/queue-mail.ts';
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
  template: Name, variables: MailVariables<Name>, link?: MailLink,
): Promise<void> {
  const member = await tx.member.findUnique({
    where: { workspaceId_id: { workspaceId, id: memberId } }, select: { name: true, email: true, userId: true },
  });
  const user = member?.userId ? await findUser(callerIn(tx), member.userId) : null;
  const to = { address: user?.email ?? member?.email ?? '', name: member?.name ?? null };
  if (recipientOf(to)) await queueMail(tx, services, { template, to, variables, ...(link && { link }) });
}

/** Queues a mail to each owner who can sign in, but to those who know it already. */
export async function tellOwners<Name extends MailTemplateName>(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>,
  { workspaceId, knowing }: { workspaceId: string; knowing: readonly (string | null)[] },
  template: Name, variables: MailVariables<Name>,
): Promise<void> {
  const owners = await tx.member.findMany({
    where: {
      workspaceId, isActive: true, userId: { not: null }, roles: { some: { role: { is: { builtIn: 'OWNER' } } } },
      id: { notIn: knowing.filter((id) => id !== null) },
    },
    select: { id: true }, orderBy: { id: 'asc' },
  });
  for (const { id } of owners) await tellMember(tx, services, { workspaceId, memberId: id }, template, variables);
}

/** Of roles that a member was given, those that owners want to hear of: with them one may do nearly everything. */
export function mightyRoles(roles: Iterable<{ name: string; builtIn: BuiltInRole | null }>): string[] {
  return [...roles].filter(({ builtIn }) => builtIn === 'OWNER' || builtIn === 'ADMIN').map(({ name }) => name).sort();
}

/** What the acting member is called in mails about what he did. */
export async function nameOf({ tx, principal }: Pick<CommandContext, 'tx' | 'principal'>): Promise<string> {
  const { workspace, memberId } = principal;
  const member = memberId && await tx.member.findUnique({
    where: { workspaceId_id: { workspaceId: workspace.id, id: memberId } }, select: { name: true },
  });
  return member ? member.name : workspace.name;
}
