import { type Parameters, type Predicate, all, always, never, related, some, test, testParameter } from '../db/predicate.ts';
import { type FieldGroup, type Noun, type OwnedNoun, type Reach, type Verb, nouns } from './nouns.ts';
import type { Principal } from './principal.ts';
import { type Profile, hasShares, oncePerProfile } from './profile.ts';

/** The ids that a principal's predicates speak of. */
export function parametersOf(principal: Principal, now = new Date()): Parameters {
  return { me: principal.memberId, myTeams: principal.teamIds, myTeamChain: principal.teamChainIds, now };
}

/**
 * Which records of a noun the profile may do this to, over fields of this group: the one place where grants become
 * conditions on rows. Deleted records are not its business; every caller says which of them it means.
 */
export function allowed(profile: Profile, noun: Noun, verb: Verb, fieldGroup: FieldGroup = 'core'): Predicate {
  return oncePerProfile(profile, `allowed ${noun}.${verb}.${fieldGroup}`, () => {
    const reach = profile.reachOf(noun, verb, fieldGroup);
    if (!reach) return never;
    if (reach === 'any') return always;
    return some(
      within(noun, reach),
      hasShares(profile, noun) ? sharedWithMe(verb) : never,
      noun === 'activity' && verb === 'read' && fieldGroup === 'core' ? onReadableRecord(profile) : never,
    );
  });
}

/** Own is part of team: who leads a team reaches what he owns himself, with or without a team of his own. */
export function within(noun: Noun, reach: Reach): Predicate {
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
function onReadableRecord(profile: Profile): Predicate {
  const nounsOnActivities: OwnedNoun[] = ['company', 'contact', 'lead', 'deal'];
  return some(...nounsOnActivities.map((noun) => related(noun, readable(profile, noun))));
}

/** Records of the noun that the profile can read now: within reach and not deleted. */
export function readable(profile: Profile, noun: Noun): Predicate {
  return all(allowed(profile, noun, 'read'), notDeleted(noun));
}

/** What can be restored can be deleted; members, roles and the like stay. */
export function notDeleted(noun: Noun): Predicate {
  return canBeDeleted(noun) ? test('deletedAt', 'isNull') : always;
}

export function canBeDeleted(noun: Noun): boolean {
  return (nouns[noun].verbs as readonly string[]).includes('restore');
}
