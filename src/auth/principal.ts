import type { BuiltInRole } from './grants.ts';
import type { OwnedNoun } from './nouns.ts';
import type { Profile } from './profile.ts';

/** By which way a principal came in; kept in audit and ledger. */
export type Door = 'API' | 'API_KEY' | 'IMPORT' | 'JOB' | 'CLI';

/**
 * Who acts, in one workspace, as of this request: read or confirmed anew for each, so that a lost role, team, share or
 * membership is lost in the very next request.
 */
export type Principal = {
  /**
   * `apiKey`: a member through a key. `system`: a job of the workspace's own, with the grants that
   * src/auth/policies/system.ts gives to its kind.
   */
  kind: 'member' | 'apiKey' | 'system';
  door: Door;
  /** The key that acts for the member, where one does: the profile is what both may do. */
  apiKey?: { id: string; name: string };
  /** The kind of the job that acts, where one does. */
  job?: string;
  workspace: { id: string; slug: string; name: string; timeZone: string; locale: string; defaultCurrency: string };
  /** Null for the system, which is no member and owns nothing. */
  memberId: string | null;
  userId: string | null;
  teamId: string | null;
  /** The member's team and every team below it: what the reach `team` covers. */
  teamIds: readonly string[];
  /** The member's team and every team above it: a share with one of these is a share with the member. */
  teamChainIds: readonly string[];
  roles: readonly { id: string; name: string; builtIn: BuiltInRole | null }[];
  /** Nouns of which at least one record is shared with the member right now. */
  sharedNouns: readonly OwnedNoun[];
  profile: Profile;
};

/** A principal that is somebody: owns records, leads teams, is shared with. */
export type MemberPrincipal = Principal & { kind: 'member'; memberId: string };

/** For what only a member does, himself or through a key. */
export function memberOf(principal: Principal): string {
  if (principal.memberId === null) throw new Error(`The job ${principal.job} is no member.`);
  return principal.memberId;
}
