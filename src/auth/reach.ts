import {
  type Parameters, type Predicate, all, always, never, related, some, test, testParameter,
} from '../db/predicate.ts';
import type { Grant } from './grants.ts';
import { type FieldGroup, type Noun, type OwnedNoun, type Reach, type Verb, nouns } from './nouns.ts';
import type { Principal } from './principal.ts';
import { type Profile, hasShares, oncePerProfile } from './profile.ts';

/** Owns nothing, and nothing is shared with it: who a principal is that is no member. Null would equal "no owner". */
const noMember = '00000000-0000-0000-0000-000000000000';

/** The ids that a principal's predicates speak of. */
export function parametersOf(principal: Principal, now = new Date()): Parameters {
  const { memberId, teamIds, teamChainIds, roles } = principal;
  return {
    me: memberId ?? noMember, myTeams: teamIds, myTeamChain: teamChainIds, myRoles: roles.map(({ id }) => id), now,
  };
}

/** One way in which a profile comes to a record: a grant's reach, a share, or a record that an activity is on. */
export type Way = { where: Predicate } & (
  { kind: 'grant'; grant: Grant } | { kind: 'share' } | { kind: 'linked'; noun: OwnedNoun });

/**
 * Every way in which the profile may do this to records of a noun, over fields of this group: the one place where
 * grants become conditions on rows. What enforces takes them together (`allowed`), what explains tells them one by one.
 */
export function waysTo(profile: Profile, noun: Noun, verb: Verb, fieldGroup: FieldGroup = 'core'): Way[] {
  const grants = profile.grants.filter((grant) => grant.noun === noun && grant.verb === verb
    && (fieldGroup === 'core' || grant.fieldGroups.includes(fieldGroup)));
  if (grants.length === 0) return [];
  const ways: Way[] = grants.map((grant) => ({ kind: 'grant', grant, where: withinReach(noun, grant.reach) }));
  if (hasShares(profile, noun)) {
    const where = sharedWithMe(verb);
    if (where.kind !== 'never') ways.push({ kind: 'share', where });
  }
  if (noun === 'activity' && verb === 'read' && fieldGroup === 'core') ways.push(...throughRecords(profile));
  return ways;
}

/**
 * Which records of a noun the profile may do this to, over fields of this group. Deleted records are not its business;
 * every caller says which of them it means.
 */
export function allowed(profile: Profile, noun: Noun, verb: Verb, fieldGroup: FieldGroup = 'core'): Predicate {
  return oncePerProfile(profile, `allowed ${noun}.${verb}.${fieldGroup}`, () => {
    // A narrower reach is part of the wider one, so of several grants only the widest is printed.
    const widest = profile.reachOf(noun, verb, fieldGroup);
    const ways = waysTo(profile, noun, verb, fieldGroup);
    const wide = ways.filter((way) => way.kind !== 'grant' || way.grant.reach === widest).map(({ where }) => where);
    return some(...new Map(wide.map((where) => [JSON.stringify(where), where])).values());
  });
}

/** Own is part of team: who leads a team reaches what he owns himself, with or without a team of his own. */
function withinReach(noun: Noun, reach: Reach): Predicate {
  if (reach === 'any') return always;
  switch (nouns[noun].belongsTo) {
    case 'owner': {
      const own = testParameter('ownerId', 'eq', 'me');
      if (reach === 'own') return own;
      return some(
        own,
        related('owner', testParameter('teamId', 'in', 'myTeams')),
        all(test('ownerId', 'isNull'), testParameter('teamId', 'in', 'myTeams')),
      );
    }
    case 'self': {
      const myself = testParameter('id', 'eq', 'me');
      return reach === 'own' ? myself : some(myself, testParameter('teamId', 'in', 'myTeams'));
    }
    case 'workspace': return never;
  }
}

/** A share to read gives reading, a share to edit gives reading and updating; never a verb that no grant gives. */
function sharedWithMe(verb: Verb): Predicate {
  if (verb !== 'read' && verb !== 'update') return never;
  return related('shares', all(
    some(testParameter('memberId', 'eq', 'me'), testParameter('teamId', 'in', 'myTeamChain')),
    some(test('endsAt', 'isNull'), testParameter('endsAt', 'gt', 'now')),
    verb === 'update' ? test('level', 'eq', 'EDIT') : always,
  ));
}

/** "An activity can be read by its owner and by whoever can read a record it is on." */
function throughRecords(profile: Profile): Way[] {
  const nounsOnActivities: OwnedNoun[] = ['company', 'contact', 'lead', 'deal'];
  return nounsOnActivities.map((noun) => ({ kind: 'linked', noun, where: related(noun, readable(profile, noun)) }));
}

/** Records of the noun that the profile can read now: within reach and not deleted. The same object each time. */
export function readable(profile: Profile, noun: Noun): Predicate {
  return oncePerProfile(profile, `readable ${noun}`, () => all(allowed(profile, noun, 'read'), notDeleted(noun)));
}

/**
 * Records of the noun that the profile can do this to now, over fields of this group: within the verb's reach,
 * readable, and in their place. Whoever enforces, tells or explains a right on a record asks this.
 */
export function permitted(profile: Profile, noun: Noun, verb: Verb, fieldGroup: FieldGroup = 'core'): Predicate {
  return oncePerProfile(profile, `permitted ${noun}.${verb}.${fieldGroup}`, () => (
    all(allowed(profile, noun, verb, fieldGroup), allowed(profile, noun, 'read'), inPlaceFor(noun, verb))));
}

/** What is restored is in the bin; everything else is done to what is not. */
export function inPlaceFor(noun: Noun, verb: Verb): Predicate {
  return verb === 'restore' && canBeDeleted(noun) ? test('deletedAt', 'isNotNull') : notDeleted(noun);
}

/** What can be restored can be deleted; members, roles and the like stay. */
export function notDeleted(noun: Noun): Predicate {
  return canBeDeleted(noun) ? test('deletedAt', 'isNull') : always;
}

export function canBeDeleted(noun: Noun): boolean {
  return (nouns[noun].verbs as readonly string[]).includes('restore');
}
