import type { Transaction } from '../db/database.ts';
import { knownGrant } from './authenticate.ts';
import type { Grant } from './grants.ts';
import { type OwnedNoun, ownedNouns } from './nouns.ts';
import type { MemberPrincipal, Principal } from './principal.ts';
import { profileOf } from './profile.ts';

/**
 * The active members of a workspace as principals, for those who ask about others: the same rights that each would have
 * in his next request. Five statements, however many members.
 *
 * @param memberIds only these; all when absent
 */
export async function loadPrincipals(
  tx: Transaction, workspace: Principal['workspace'], now: Date, memberIds?: readonly string[],
): Promise<(MemberPrincipal & { name: string })[]> {
  const workspaceId = workspace.id;
  const members = await tx.member.findMany({
    where: { workspaceId, isActive: true, ...(memberIds ? { id: { in: [...memberIds] } } : {}) },
    select: {
      id: true, name: true, userId: true, teamId: true,
      roles: { select: { role: { select: { id: true, name: true, builtIn: true, grants: true } } } },
    },
    orderBy: { name: 'asc' },
  });
  const teams = await tx.team.findMany({
    where: { workspaceId, deletedAt: null }, select: { id: true, parentId: true },
  });
  const shares = await tx.recordShare.findMany({
    where: { workspaceId, OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
    select: {
      memberId: true, teamId: true, companyId: true, contactId: true, leadId: true, dealId: true, activityId: true,
    },
  });
  const parents = new Map(teams.map(({ id, parentId }) => [id, parentId]));
  return members.map((member) => {
    const chain = chainOf(member.teamId, parents);
    const own = shares.filter(({ memberId, teamId }) => (
      memberId === member.id || (teamId !== null && chain.includes(teamId))));
    const sharedNouns = ownedNouns.filter((noun) => own.some((share) => share[`${noun}Id`] !== null));
    const roles = member.roles.map(({ role }) => role);
    return {
      kind: 'member', door: 'API', workspace, memberId: member.id, userId: member.userId, name: member.name,
      teamId: chain.length > 0 ? member.teamId : null,
      teamIds: chain.length === 0 ? []
        : teams.map(({ id }) => id).filter((id) => chainOf(id, parents).includes(member.teamId!)),
      teamChainIds: chain,
      roles: roles.map(({ id, name, builtIn }) => ({ id, name, builtIn })),
      sharedNouns,
      profile: profileOf(
        roles.flatMap(({ builtIn }) => builtIn ?? []),
        roles.flatMap(({ builtIn, grants }) => (builtIn ? [] : grants.flatMap(grantsIn))),
        sharedNouns as OwnedNoun[],
      ),
    };
  });
}

/** A team and those above it; empty when it, or one above it, was deleted. */
function chainOf(teamId: string | null, parents: ReadonlyMap<string, string | null>): string[] {
  const chain: string[] = [];
  for (let id = teamId; id; id = parents.get(id)!) {
    if (!parents.has(id)) return [];
    chain.push(id);
  }
  return chain;
}

/** A row of role_grant as the grant it says; none when its words are no more. */
export function grantsIn(
  row: { noun: string; verb: string; reach: 'OWN' | 'TEAM' | 'ANY'; fieldGroups: string[] },
): Grant[] {
  return knownGrant({ ...row, reach: row.reach.toLowerCase() } as Parameters<typeof knownGrant>[0]);
}
