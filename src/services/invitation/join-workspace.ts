import type { Transaction } from '../../db/database.ts';
import type { Services } from '../context.ts';
import { mightyRoles, tellOwners } from '../tell-member.ts';

type Invited = {
  workspaceId: string;
  id: string;
  invitedById: string;
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
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>, invitation: Invited, person: Person,
): Promise<string> {
  const { workspaceId, email, teamId, roleIds } = invitation;
  const { newId } = services;
  const now = services.now();
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
  await recordAcceptance(tx, services, invitation, { memberId, at: now });
  await tellOfRights(tx, services, invitation, { memberId, at: now });
  return memberId;
}

/** The invitation is used up; audit and event are as a command's, which it is not: nobody is signed in yet. */
async function recordAcceptance(
  tx: Transaction, { newId }: Pick<Services, 'newId'>, { workspaceId, id }: Invited,
  { memberId, at }: { memberId: string; at: Date },
): Promise<void> {
  const { version } = await tx.invitation.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: { acceptedAt: at, memberId, version: { increment: 1 }, updatedAt: at },
  });
  const what = { workspaceId, noun: 'invitation', recordId: id, fieldNames: ['acceptedAt', 'memberId'] };
  await tx.auditEntry.create({
    data: { ...what, id: newId(), at, memberId, principal: `invitation:${id}`, door: 'API', verb: 'accept' },
  });
  await tx.outboxEvent.create({
    data: { ...what, id: newId(), type: 'invitation.accept', recordVersion: version, occurredAt: at },
  });
}

/** Owners hear of another owner or administrator: by the invitation's roles, or those that the member had before. */
async function tellOfRights(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>, { workspaceId, invitedById }: Invited,
  { memberId, at }: { memberId: string; at: Date },
): Promise<void> {
  const people = await tx.member.findMany({
    where: { workspaceId, id: { in: [memberId, invitedById] } },
    select: { id: true, name: true, roles: { select: { role: { select: { name: true, builtIn: true } } } } },
  });
  const member = people.find(({ id }) => id === memberId)!;
  const roles = mightyRoles(member.roles.map(({ role }) => role));
  if (roles.length === 0) return;
  const by = people.find(({ id }) => id === invitedById)!.name;
  const variables = { at, by, member: member.name, roles: roles.join(', ') };
  await tellOwners(tx, services, { workspaceId, knowing: [memberId, invitedById] }, 'privileges-given', variables);
}

/** Who was removed, and then invited by another address than he was known by. */
async function memberOfUser(tx: Transaction, workspaceId: string, userId: string): Promise<string | null> {
  const member = await tx.member.findFirst({ where: { workspaceId, userId }, select: { id: true } });
  return member?.id ?? null;
}
