import type { BuiltInRole } from '../../auth/grants.ts';
import type { CommandContext } from '../command.ts';
import { type UserError, notPermitted } from '../errors.ts';
import { givingProblems } from '../member/member-roles.ts';
import { type RoleFacts, rolesById } from '../role/role-grants.ts';

/** Asked of who invites when he does, and again when the invitation is accepted. */
export type Asking = Pick<CommandContext, 'tx' | 'principal'>;

/**
 * What stands against somebody inviting into this team. The permission alone is not enough: the workspace's settings
 * say whether owners alone invite, all who may make members, or also those who lead teams, into these.
 */
export async function inviterProblems({ tx, principal }: Asking, teamId: string | null): Promise<UserError[]> {
  const { profile, teamIds, workspace } = principal;
  const { inviters } = await tx.workspace.findUniqueOrThrow({
    where: { id: workspace.id },
    select: { inviters: true },
  });
  const makesMembers = profile.reachOf('member', 'create') === 'any';
  switch (inviters) {
    case 'OWNERS':
      return profile.reachOf('role', 'assignOwner') ? [] : [refusal('Only owners invite into this workspace.')];
    case 'ADMINS':
      return makesMembers ? [] : [refusal('Only who may make members invites into this workspace: member.create.')];
    case 'LEADERS':
      if (makesMembers || (teamId !== null && teamIds.includes(teamId))) return [];
      return [refusal('You invite into your own team and those below it.', 'teamId')];
  }
}

function refusal(message: string, ...field: string[]): UserError {
  return notPermitted(message, 'input', ...field);
}

/** What stands against giving roles that are named by what every workspace calls them. */
export function builtInProblems(
  context: Pick<CommandContext, 'principal'>, roles: ReadonlyMap<string, RoleFacts>, wanted: readonly BuiltInRole[],
): UserError[] {
  return wanted.flatMap((name, at) => {
    const role = [...roles.values()].find(({ builtIn }) => builtIn === name)!;
    return givingProblems(context, role, ['input', 'builtInRoles', String(at)]);
  });
}

export async function builtInRoles({ tx, principal }: Asking): Promise<Map<string, RoleFacts>> {
  const rows = await tx.role.findMany({
    where: { workspaceId: principal.workspace.id, builtIn: { not: null } },
    select: { id: true },
  });
  return rolesById({ tx, principal }, rows.map(({ id }) => id));
}

/** Addresses of other domains than the workspace allows; none are named where all are allowed. */
export async function domainProblems({ tx, principal }: Asking, email: string): Promise<UserError[]> {
  const { allowedEmailDomains: allowed } = await tx.workspace.findUniqueOrThrow({
    where: { id: principal.workspace.id },
    select: { allowedEmailDomains: true },
  });
  if (allowed.length === 0 || allowed.includes(email.split('@')[1]!)) return [];
  return [refusal(`Only addresses of these domains are invited: ${allowed.join(', ')}.`, 'email')];
}
