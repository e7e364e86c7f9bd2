import { grantsIn, loadPrincipals } from '../../auth/load-principals.ts';
import type { Grant } from '../../auth/grants.ts';
import {
  type FieldGroup, type Noun, type OwnedNoun, type Reach, type Verb, allVerbs, nounNames, nouns, ownedNouns,
} from '../../auth/nouns.ts';
import type { Principal } from '../../auth/principal.ts';
import { type Profile, profileOf } from '../../auth/profile.ts';
import { parametersOf, readable } from '../../auth/reach.ts';
import { countsOf } from '../../db/count-records.ts';
import type { Transaction } from '../../db/database.ts';
import type { ServiceContext } from '../context.ts';
import { requireToExplain, seesAllOf } from './about-others.ts';

export type PolicyDraft = {
  /** The role whose grants the draft would replace; a role to be made when absent. */
  roleId?: string | null;
  grants: readonly Grant[];
  /** Who would get a role to be made. Of a role that exists, its members count. At most 50. */
  memberIds?: readonly string[] | null;
};

/** A right that a member would gain, lose, or have over more or fewer records. Null: not at all. */
export type RightChange = { permission: string; verb: Verb; before: Reach | null; after: Reach | null };
export type MemberPreview = {
  memberId: string;
  changes: RightChange[];
  /** How many records of each noun the member can read, for nouns where that number changes. */
  records: { noun: OwnedNoun; before: number; after: number }[];
};

/** Members looked at in one preview: each costs counts over the workspace's records. */
export const maxPreviewMembers = 50;

/**
 * What a draft of a role would change: which members gain or lose which rights, and how many records of each noun they
 * could read then. Nothing is written; the numbers come from the conditions that would enforce it. Left out are the
 * numbers of nouns of which the asker cannot read every record.
 *
 * @throws NotPermittedError without `access.explain`, or the sight of all that rights follow from
 */
export async function previewPolicy(context: ServiceContext, draft: PolicyDraft): Promise<MemberPreview[]> {
  const { services, principal } = context;
  requireToExplain(principal.profile);
  return services.database.transaction(principal.workspace.id, async (tx) => {
    const now = services.now();
    const ids = draft.roleId ? await membersWith(tx, principal.workspace.id, draft.roleId) : draft.memberIds ?? [];
    const members = await loadPrincipals(tx, principal.workspace, now, ids.slice(0, maxPreviewMembers));
    const previews: MemberPreview[] = [];
    for (const member of members) {
      const after = await profileWith(tx, member, draft);
      const changes = changesBetween(member.profile, after);
      const nounsToCount = ownedNouns.filter((noun) => seesAllOf(principal.profile, noun)
        && changes.some(({ permission, verb }) => verb === 'read' && permission.startsWith(`${noun}.`)));
      const parameters = parametersOf(member, now);
      const count = (profile: Profile) => countsOf(tx, principal.workspace.id, nounsToCount.map((noun) => (
        { noun, where: readable(profile, noun) })), parameters);
      const [before, then] = nounsToCount.length ? [await count(member.profile), await count(after)] : [[], []];
      previews.push({
        memberId: member.memberId, changes,
        records: nounsToCount.map((noun, at) => ({ noun, before: before[at]!, after: then[at]! }))
          .filter((each) => each.before !== each.after),
      });
    }
    return previews.filter(({ changes }) => changes.length > 0);
  });
}

async function membersWith(tx: Transaction, workspaceId: string, roleId: string): Promise<string[]> {
  const rows = await tx.memberRole.findMany({
    where: { workspaceId, roleId }, select: { memberId: true }, orderBy: { memberId: 'asc' },
  });
  return rows.map(({ memberId }) => memberId);
}

/** The member's rights if the draft held: his other roles as they are, the drafted one anew. */
async function profileWith(tx: Transaction, member: Principal, { roleId, grants }: PolicyDraft): Promise<Profile> {
  const others = member.roles.filter(({ id }) => id !== roleId);
  const rows = await tx.roleGrant.findMany({
    where: {
      workspaceId: member.workspace.id, roleId: { in: others.filter(({ builtIn }) => !builtIn).map(({ id }) => id) },
    },
  });
  const kept = rows.flatMap(grantsIn);
  return profileOf(others.flatMap(({ builtIn }) => builtIn ?? []), [...kept, ...grants], member.sharedNouns);
}

function changesBetween(before: Profile, after: Profile): RightChange[] {
  return nounNames.flatMap((noun) => allVerbs(noun).flatMap((verb) => {
    const groups = (['read', 'create', 'update'] as Verb[]).includes(verb) ? nouns[noun].fieldGroups
      : (['core'] as const);
    return groups.flatMap((group: FieldGroup) => {
      const change = { before: before.reachOf(noun, verb, group), after: after.reachOf(noun, verb, group) };
      return change.before === change.after ? [] : [{ permission: permissionName(noun, verb, group), verb, ...change }];
    });
  }));
}

function permissionName(noun: Noun, verb: Verb, group: FieldGroup): string {
  return group === 'core' ? `${noun}.${verb}` : `${noun}.${group}`;
}
