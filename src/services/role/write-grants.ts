import type { Grant } from '../../auth/grants.ts';
import type { CommandContext } from '../command.ts';

/** Writes the grants of a role in place of those it has. */
export async function writeGrants(context: CommandContext, roleId: string, grants: readonly Grant[]): Promise<void> {
  const { tx, principal } = context;
  const workspaceId = principal.workspace.id;
  await tx.roleGrant.deleteMany({ where: { workspaceId, roleId } });
  const data = grantRows(context, grants).map((row) => ({ ...row, roleId }));
  if (data.length > 0) await tx.roleGrant.createMany({ data });
}

/** Grants as rows of a role or a key. */
export function grantRows({ principal, services }: CommandContext, grants: readonly Grant[]) {
  return grants.map(({ noun, verb, reach, fieldGroups }) => ({
    workspaceId: principal.workspace.id,
    id: services.newId(),
    noun,
    verb,
    reach: reach.toUpperCase() as 'OWN' | 'TEAM' | 'ANY',
    fieldGroups: [...fieldGroups],
  }));
}

/** Grants as the audit keeps them: in one order, a line each. */
export function grantLines(grants: readonly Grant[]): string[] {
  return grants
    .map(({ noun, verb, reach, fieldGroups }) => `${noun}.${verb} ${reach} ${[...fieldGroups].sort().join(',')}`)
    .sort();
}
