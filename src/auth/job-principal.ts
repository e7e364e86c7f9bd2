import { callerIn } from '../db/caller.ts';
import type { Transaction } from '../db/database.ts';
import { principalOfActiveMember } from '../db/identity.ts';
import { principalFrom } from './authenticate.ts';
import type { Grant } from './grants.ts';
import type { Principal } from './principal.ts';
import { profileOf } from './profile.ts';

/**
 * The member that a job acts for, with the rights he has now, not those he had when it was enqueued.
 *
 * @returns null when he is no active member any more
 */
export async function memberOfJob(
  tx: Transaction, workspaceId: string, memberId: string, kind: string,
): Promise<Principal | null> {
  const row = await principalOfActiveMember(callerIn(tx), workspaceId, memberId);
  return row && { ...principalFrom(row, 'JOB'), job: kind };
}

/**
 * The workspace itself, with the grants of one kind of job and no others.
 *
 * @returns null when the workspace is gone
 */
export async function systemOfJob(
  tx: Transaction, workspaceId: string, grants: readonly Grant[], kind: string,
): Promise<Principal | null> {
  const workspace = await tx.workspace.findUnique({
    where: { id: workspaceId },
    select: { id: true, slug: true, name: true, timeZone: true, locale: true, defaultCurrency: true },
  });
  return workspace && {
    kind: 'system', door: 'JOB', job: kind, workspace, memberId: null, userId: null, teamId: null, teamIds: [],
    teamChainIds: [], roles: [], sharedNouns: [], profile: profileOf([], grants, []),
  };
}
