import type { Grant } from '../../auth/grants.ts';
import type { CommandContext } from '../command.ts';

/** Writes the grants of a role in place of those it has. */
export async function writeGrants(
  { tx, principal, services }: CommandContext,
  roleId: string,
  grants: readonly Grant[],
): Promise<void> {
  const workspaceId = principal.workspace.id;
  await tx.roleGrant.deleteMany({ where: { workspaceId, roleId } });
  const data = grants.map(({ noun, verb, reach, fieldGroups }) => ({
    workspaceId,
    id: services.newId(),
    roleId,
    noun,
    verb,
    reach: reach.toUpperCase() as 'OWN' | 'TEAM' | 'ANY',
    fieldGroups: [...fieldGroups],
  }));
  if (data.length > 0) await tx.roleGrant.createMany({ data });
}

/** Grants as the audit keeps them: in one order, a line each. */
export function grantLines(grants: readonly Grant[]): string[] {
  return grants
    .map(({ noun, verb, reach, fieldGroups }) => `${noun}.${verb} ${reach} ${[...fieldGroups].sort().join(',')}`)
    .sort();
}
