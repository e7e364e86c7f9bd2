import { loadPrincipals } from '../../auth/load-principals.ts';
import { type OwnedNoun, type Verb, nouns } from '../../auth/nouns.ts';
import { allowed, parametersOf, permitted } from '../../auth/reach.ts';
import { type LoadedRow, evaluate } from '../../db/evaluate.ts';
import type { Transaction } from '../../db/database.ts';
import type { ServiceContext } from '../context.ts';
import { recordsOf } from '../noun-models.ts';
import { withSight } from '../records.ts';
import { requireToExplain } from './about-others.ts';

export type MemberAccess = { memberId: string; name: string; verbs: Verb[] };

/**
 * Who can do what to a record: every active member with at least one right on it, by name. The record and what reach
 * looks at (owner's team, shares, the records an activity is on) are loaded once, then each member's own conditions are
 * evaluated over them.
 *
 * @returns null when there is no such record, or the asker cannot read it
 * @throws NotPermittedError without `access.explain`, or the sight of all that the answer follows from
 */
export async function whoCanAccess(
  context: ServiceContext, noun: OwnedNoun, recordId: string,
): Promise<MemberAccess[] | null> {
  const { services, principal } = context;
  requireToExplain(principal.profile, noun);
  return services.database.transaction(principal.workspace.id, async (tx) => {
    const now = services.now();
    const row = await loadForReach(tx, principal.workspace.id, noun, recordId);
    if (!row || !evaluate(allowed(principal.profile, noun, 'read'), row, parametersOf(principal, now))) return null;
    const members = await loadPrincipals(tx, principal.workspace, now);
    return members.flatMap((member) => {
      const verbs = nouns[noun].verbs.filter((verb) => verb !== 'create').filter((verb) => (
        evaluate(permitted(member.profile, noun, verb), row, parametersOf(member, now))));
      return verbs.length > 0 ? [{ memberId: member.memberId, name: member.name, verbs: [...verbs] as Verb[] }] : [];
    });
  });
}

async function loadForReach(
  tx: Transaction, workspaceId: string, noun: OwnedNoun, id: string,
): Promise<LoadedRow | null> {
  const linked = noun === 'activity'
    ? Object.fromEntries(['company', 'contact', 'lead', 'deal'].map((each) => [each, { include: withSight }])) : {};
  return recordsOf<LoadedRow>(tx, noun).findFirst({ where: { workspaceId, id }, include: { ...withSight, ...linked } });
}
