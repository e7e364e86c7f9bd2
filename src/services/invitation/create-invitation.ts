import type { BuiltInRole } from '../../auth/grants.ts';
import { memberOf } from '../../auth/principal.ts';
import { callerIn } from '../../db/caller.ts';
import { findUserByEmail } from '../../db/identity.ts';
import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, alreadyTaken, invalid, userError } from '../errors.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { roleProblems } from '../member/member-roles.ts';
import { linkProblems } from '../records.ts';
import type { RoleFacts } from '../role/role-grants.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { textProblems } from '../validate.ts';
import { builtInProblems, builtInRoles, domainProblems, inviterProblems } from './invite-rights.ts';
import { invitationEnd, sendInvitation } from './send-invitation.ts';

export type CreateInvitationInput = {
  email: string;
  /** What colleagues will see, unless the person says otherwise. */
  name?: string | null;
  teamId?: string | null;
  roleIds?: readonly string[] | null;
  /** Besides `roleIds`, by what every workspace calls them. */
  builtInRoles?: readonly BuiltInRole[] | null;
};

/** Invitations of a workspace that wait. */
const maxWaiting = 1_000;

/**
 * Asks somebody to join, by a link for his address alone. Nobody invites into roles or teams beyond his own, and that
 * is asked again when the link is used.
 */
export const createInvitation = command<CreateInvitationInput>('invitation.create', async (context, input) => {
  const { tx, principal, services, now } = context;
  const workspaceId = principal.workspace.id;
  await lock(tx, workspaceId, 'rights');
  const forbidden = await inviterProblems(context, input.teamId ?? null);
  if (forbidden.length > 0) return refused(...forbidden);
  const email = normaliseEmail(input.email);
  const known = await builtInRoles(context);
  const problems = await inputProblems(context, input, email, known);
  if (email === null || problems.length > 0) return refused(...problems);
  const { memberId, problems: standing } = await whomItIsFor(context, email);
  const against = [...standing, ...(await waitingProblems(context, email))];
  if (against.length > 0) return refused(...against);

  const row = {
    workspaceId,
    id: services.newId(),
    email,
    name: input.name?.trim() || null,
    teamId: input.teamId ?? null,
    invitedById: memberOf(principal),
    memberId,
    expiresAt: invitationEnd(now),
    sentAt: now,
    createdAt: now,
    updatedAt: now,
  };
  await tx.invitation.create({ data: row });
  const roles = rolesNamed(input, known);
  if (roles.length > 0) {
    const data = roles.map((roleId) => ({ workspaceId, invitationId: row.id, roleId }));
    await tx.invitationRole.createMany({ data });
  }
  await sendInvitation(context, row);
  await recordSecurityEvent(tx, context, {
    type: 'authn_token_created', noun: 'invitation', recordId: row.id, subjectId: memberId, detail: 'invitation',
  });
  return done(row.id, 1, { after: { ...row, roles } });
});

/** @param email as it is kept; null where it is none. @param known the built-in roles */
async function inputProblems(
  context: CommandContext, { name, teamId, roleIds, builtInRoles: named }: CreateInvitationInput, email: string | null,
  known: ReadonlyMap<string, RoleFacts>,
): Promise<UserError[]> {
  const ids = [...new Set(roleIds ?? [])];
  // His own team is no secret to him, as little as he himself.
  const team = teamId === context.principal.teamId ? null : teamId;
  return [
    ...(email === null ? [invalid('This is no e-mail address that can sign in.', 'input', 'email')] : []),
    ...textProblems(name, ['input', 'name'], { min: 1, max: 200 }),
    ...(await roleProblems(context, ids, (at) => ['input', 'roleIds', String(at)])),
    ...builtInProblems(context, known, named ?? []),
    ...(await linkProblems(context, [{ noun: 'team', id: team, path: ['input', 'teamId'] }])),
    ...(email === null ? [] : await domainProblems(context, email)),
  ];
}

/** Ids of all roles that the input names, in whichever way. */
function rolesNamed(
  { roleIds, builtInRoles: named }: CreateInvitationInput, known: ReadonlyMap<string, RoleFacts>,
): string[] {
  const byName = [...known.values()].filter(({ builtIn }) => named?.includes(builtIn!)).map(({ id }) => id);
  return [...new Set([...(roleIds ?? []), ...byName])].sort();
}

/** A member who has the address already: without an account, or removed, it is for him; otherwise for nobody. */
async function whomItIsFor(
  { tx, principal }: CommandContext, email: string,
): Promise<{ memberId: string | null; problems: UserError[] }> {
  const workspaceId = principal.workspace.id;
  const user = await findUserByEmail(callerIn(tx), email);
  const members = await tx.member.findMany({
    where: {
      workspaceId,
      OR: [{ email: { equals: email, mode: 'insensitive' } }, ...(user ? [{ userId: user.id }] : [])],
    },
    select: { id: true, userId: true, isActive: true, removedAt: true },
  });
  const member = members.find(({ userId }) => user && userId === user.id) ?? members[0];
  const taken = (message: string) => ({ memberId: null, problems: [alreadyTaken(message, 'input', 'email')] });
  if (!member) return { memberId: null, problems: [] };
  if (member.isActive && member.userId) return taken('A member has this address already.');
  if (!member.isActive && !member.removedAt) return taken('A suspended member has this address: reactivate him.');
  return { memberId: member.id, problems: [] };
}

/** One invitation waits for an address; one that has expired makes room. */
async function waitingProblems({ tx, principal, now }: CommandContext, email: string): Promise<UserError[]> {
  const waiting = { workspaceId: principal.workspace.id, acceptedAt: null, revokedAt: null };
  await tx.invitation.updateMany({
    where: { ...waiting, email, expiresAt: { lte: now } },
    data: { revokedAt: now, version: { increment: 1 }, updatedAt: now },
  });
  if ((await tx.invitation.count({ where: { ...waiting, email } })) > 0) {
    return [alreadyTaken('An invitation to this address waits already: send it again.', 'input', 'email')];
  }
  if ((await tx.invitation.count({ where: { ...waiting, expiresAt: { gt: now } } })) < maxWaiting) return [];
  return [userError('LIMIT_REACHED', `At most ${maxWaiting} invitations wait at a time.`, 'input')];
}
