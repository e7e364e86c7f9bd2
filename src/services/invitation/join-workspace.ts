import type { Transaction } from '../../db/database.ts';
import type { Services } from '../context.ts';

type Invited = {
  workspaceId: string;
  id: string;
  email: string;
  teamId: string | null;
  memberId: string | null;
  roleIds: string[];
};
type Person = { userId: string; /** As the person writes it himself. */ name: string | null; fallback: string };

/**
 * Makes the person a member: a new one, or the one that was there without an account, or removed. Roles and team of the
 * invitation come to what such a member has.
 */
export async function joinWorkspace(
  tx: Transaction,
  { newId, now: clock }: Pick<Services, 'newId' | 'now'>,
  invitation: Invited,
  person: Person,
): Promise<string> {
  const { workspaceId, email, teamId, roleIds } = invitation;
  const now = clock();
  const memberId = invitation.memberId ?? (await memberOfUser(tx, workspaceId, person.userId)) ?? newId();
  const joined = {
    userId: person.userId,
    isActive: true,
    removedAt: null,
    updatedAt: now,
    ...(teamId ? { teamId } : {}),
    ...(person.name ? { name: person.name } : {}),
  };
  await tx.member.upsert({
    where: { workspaceId_id: { workspaceId, id: memberId } },
    create: { workspaceId, id: memberId, name: person.fallback, email, createdAt: now, ...joined },
    update: { ...joined, version: { increment: 1 } },
  });
  await tx.memberRole.createMany({
    data: roleIds.map((roleId) => ({ workspaceId, memberId, roleId })),
    skipDuplicates: true,
  });
  const { version } = await tx.invitation.update({
    where: { workspaceId_id: { workspaceId, id: invitation.id } },
    data: { acceptedAt: now, memberId, version: { increment: 1 }, updatedAt: now },
  });
  await tx.auditEntry.create({
    data: {
      workspaceId,
      id: newId(),
      at: now,
      memberId,
      principal: `invitation:${invitation.id}`,
      door: 'API',
      noun: 'invitation',
      verb: 'accept',
      recordId: invitation.id,
      fieldNames: ['acceptedAt', 'memberId'],
    },
  });
  await tx.outboxEvent.create({
    data: {
      workspaceId,
      id: newId(),
      type: 'invitation.accept',
      noun: 'invitation',
      recordId: invitation.id,
      fieldNames: ['acceptedAt', 'memberId'],
      recordVersion: version,
      occurredAt: now,
    },
  });
  return memberId;
}

/** Who was removed, and then invited by another address than he was known by. */
async function memberOfUser(tx: Transaction, workspaceId: string, userId: string): Promise<string | null> {
  const member = await tx.member.findFirst({ where: { workspaceId, userId }, select: { id: true } });
  return member?.id ?? null;
}
