import { builtInGrants } from '../../auth/policies/index.ts';
import { grantsIn, loadPrincipals } from '../../auth/load-principals.ts';
import type { Grant } from '../../auth/grants.ts';
import { type Noun, type Reach, type Verb, parsePermission } from '../../auth/nouns.ts';
import { type Principal, memberOf } from '../../auth/principal.ts';
import { type Way, parametersOf, permitted, waysTo } from '../../auth/reach.ts';
import type { Transaction } from '../../db/database.ts';
import { Values, printSql } from '../../db/print-sql.ts';
import type { ServiceContext } from '../context.ts';
import { lackingToExplain, requireToExplain } from './about-others.ts';
import { type RecordFacts, askRecord, canSee, modelOfNoun } from './ask-record.ts';

export type AccessQuestion = {
  /** `deal.move`, or a field group to be read: `deal.financial`. */
  permission: string;
  /** UUID of a record of the permission's noun. */
  recordId: string;
  /** Another member than oneself: who may ask about others says `about-others.ts`. */
  memberId?: string | null;
};

/** One step of the reasoning. `holds` says whether it speaks for the access. */
export type AccessReason = {
  kind: 'RECORD' | 'GRANT' | 'SHARE' | 'LINKED_RECORD' | 'NO_GRANT' | 'UNREADABLE' | 'DELETED';
  holds: boolean;
  text: string;
  role?: string;
  reach?: Reach;
};

export type AccessExplanation = {
  isAllowed: boolean;
  permission: string;
  memberId: string;
  reasons: AccessReason[];
  /** The condition on the record's row; told to those who may ask about others, because it names teams and roles. */
  sql: string | null;
};

/**
 * Why somebody may do something to a record, or may not, from the same conditions that enforce it: each way in which it
 * could be allowed is asked of the record's own row. Owners and teams are named to those who can see them.
 *
 * @returns null when the asker cannot see the record, or there is no such member
 * @throws NotPermittedError for a question about somebody else, when it lacks `access.explain` or the sight of all that
 *   the answer follows from
 */
export async function explainAccess(
  context: ServiceContext, question: AccessQuestion,
): Promise<AccessExplanation | null> {
  const { services, principal } = context;
  const { noun, verb, fieldGroup } = parsePermission(question.permission);
  const isAboutMe = !question.memberId || question.memberId === principal.memberId;
  if (!isAboutMe) requireToExplain(principal.profile, noun);
  return services.database.transaction(principal.workspace.id, async (tx) => {
    const now = services.now();
    if (!await canSee(tx, principal, noun, question.recordId, now)) return null;
    // Who asks about himself through a key asks about the key.
    const subject = isAboutMe && principal.apiKey ? principal
      : (await loadPrincipals(tx, principal.workspace, now, [question.memberId ?? memberOf(principal)]))[0];
    if (!subject) return null;
    const askedVerb: Verb = verb ?? 'read';
    const ways = waysTo(subject.profile, noun, askedVerb, fieldGroup);
    const decision = permitted(subject.profile, noun, askedVerb, fieldGroup);
    const facts = await askRecord(tx, subject, { noun, recordId: question.recordId, ways, decision }, now);
    if (!facts) return null;
    const mayName = {
      owners: principal.profile.reachOf('member', 'read') === 'any',
      teams: principal.profile.reachOf('team', 'read') === 'any',
    };
    return {
      isAllowed: facts.isAllowed, permission: question.permission, memberId: memberOf(subject),
      reasons: [
        { kind: 'RECORD', holds: true, text: `The ${noun} is a record of the workspace ${principal.workspace.slug}.` },
        ...await wayReasons(tx, subject, { permission: question.permission, noun, ways }, facts, mayName),
        ...recordReasons(noun, askedVerb, facts),
      ],
      sql: lackingToExplain(principal.profile, noun) ? null
        : printSql(decision, modelOfNoun(noun), 'r', new Literals(parametersOf(subject, now))),
    };
  });
}

/** What stands against it whatever is granted: that the record cannot be read, or is in the bin, or is not. */
function recordReasons(noun: Noun, verb: Verb, { isReadable, isDeleted }: RecordFacts): AccessReason[] {
  const reasons: AccessReason[] = [];
  if (!isReadable) {
    const consequence = verb === 'read' ? 'no field of it' : 'what cannot be read cannot be changed';
    reasons.push({
      kind: 'UNREADABLE', holds: false, text: `The member cannot read the ${noun}, and ${consequence}.`,
    });
  }
  if (isDeleted !== (verb === 'restore')) {
    reasons.push({
      kind: 'DELETED', holds: false,
      text: isDeleted ? `The ${noun} is in the bin: there it can be found, and restored.`
        : `The ${noun} is not in the bin.`,
    });
  }
  return reasons;
}

/** What of the record's owner the asker can see. */
type Naming = { owners: boolean; teams: boolean };

/** A reason for each way, or that there is none. */
async function wayReasons(
  tx: Transaction, subject: Principal,
  { permission, noun, ways }: { permission: string; noun: Noun; ways: readonly Way[] }, facts: RecordFacts,
  mayName: Naming,
): Promise<AccessReason[]> {
  if (ways.length === 0) {
    const roles = subject.roles.map(({ name }) => name).join(', ') || 'no role';
    const text = subject.apiKey
      ? `The key ${subject.apiKey.name} and the roles of its owner (${roles}) do not both give ${permission}.`
      : `No role gives ${permission}: the member has ${roles}.`;
    return [{ kind: 'NO_GRANT', holds: false, text }];
  }
  const rolesByGrant = await roleNames(tx, subject);
  return ways.map((way, at) => {
    const holds = facts.wayHolds[at]!;
    switch (way.kind) {
      case 'grant': {
        const role = subject.apiKey ? undefined : rolesByGrant(way.grant);
        const giver = subject.apiKey ? `The key ${subject.apiKey.name}, with its owner's roles,` : `The role ${role!}`;
        const text = `${giver} gives ${permission} ${reachText(noun, way.grant.reach, holds, facts, mayName)}`;
        return { kind: 'GRANT', holds, ...(role ? { role } : {}), reach: way.grant.reach, text };
      }
      case 'share': return {
        kind: 'SHARE', holds,
        text: holds ? `The ${noun} is shared with the member or a team of his.`
          : `No share of the ${noun} names the member or a team of his for this.`,
      };
      case 'linked': return {
        kind: 'LINKED_RECORD', holds,
        text: `It is on ${holds ? 'a' : 'no'} ${way.noun} that the member can read.`,
      };
    }
  });
}

function reachText(
  noun: Noun, reach: Reach, holds: boolean, { ownerName, teamPath }: RecordFacts, mayName: Naming,
): string {
  if (reach === 'any') return `on every ${noun} of the workspace.`;
  const scope = reach === 'own' ? 'on one\'s own' : 'within one\'s team and the teams below';
  const end = holds ? '.' : ', so it is out of reach.';
  if (!mayName.owners) return `${scope}: ${holds ? 'that is whose it is' : 'that is not whose it is'}${end}`;
  if (!ownerName) return `${scope}: it has no owner${end}`;
  const team = !mayName.teams ? '' : teamPath ? ` (${teamPath})` : ', who is in no team';
  return `${scope}: its owner is ${ownerName}${team}${end}`;
}

/** Which of the member's roles a grant comes from. */
async function roleNames(tx: Transaction, subject: Principal): Promise<(grant: Grant) => string> {
  const custom = await tx.roleGrant.findMany({
    where: { workspaceId: subject.workspace.id, roleId: { in: subject.roles.map(({ id }) => id) } },
    include: { role: { select: { name: true } } },
  });
  const key = ({ noun, verb, reach, fieldGroups }: Grant) => [noun, verb, reach, [...fieldGroups].sort()].join();
  const names = new Map(custom.flatMap((row) => grantsIn(row).map((grant) => [key(grant), row.role.name])));
  for (const { name, builtIn } of subject.roles) {
    for (const grant of builtIn ? builtInGrants(builtIn) : []) names.set(key(grant), name);
  }
  return (grant) => names.get(key(grant)) ?? 'unknown';
}

/** Prints values into the text, for people to read; such a text is never sent. */
class Literals extends Values {
  override add(value: unknown, type: string): string {
    const one = (item: unknown) => (item instanceof Date ? item.toISOString() : String(item));
    const text = Array.isArray(value) ? `{${value.map(one).join(',')}}` : one(value);
    return `'${text.replaceAll("'", "''")}'::${type}`;
  }
}
