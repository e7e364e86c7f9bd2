import { createHash } from 'node:crypto';
import { type BuiltInRole, type Grant, coversReach } from './grants.ts';
import { type FieldGroup, type Noun, type OwnedNoun, type Reach, type Verb, isOwnedNoun } from './nouns.ts';
import { builtInGrants } from './policies/index.ts';

/**
 * What is known before any record is read: readable on every reachable record, on none, or it depends on the record.
 */
export type Verdict = 'always' | 'never' | 'byRecord';

/**
 * All grants of a principal with the ids taken out, so that many members share one. Whatever follows from grants alone
 * (verdicts, predicates, plans, the introspection schema) is computed once per profile and process.
 */
export type Profile = {
  /** Equal for equal rights: sixteen hex digits of the SHA-256 over the grants. */
  id: string;
  grants: readonly Grant[];
  sharedNouns: readonly OwnedNoun[];
  /** The widest reach under which the verb is granted for a field group; null where no grant gives it. */
  reachOf(noun: Noun, verb: Verb, fieldGroup?: FieldGroup): Reach | null;
  /** Whether a record's field of this group can be read. */
  readVerdict(noun: Noun, fieldGroup: FieldGroup): Verdict;
  /** Things computed from this profile, by name of what computes them; they live and go with the profile. */
  computed: Map<string | symbol, unknown>;
};

const profiles = new Map<string, Profile>();
/**
 * Profiles kept at a time. A profile holds some hundred kilobytes of verdicts and plans; the oldest unused one goes.
 */
export const maxProfiles = 200;

/** The profile of these roles and grants: the same object for the same rights, while it is kept. */
export function profileOf(
  roles: readonly BuiltInRole[], customGrants: readonly Grant[], sharedNouns: readonly OwnedNoun[],
): Profile {
  const key = JSON.stringify([
    [...new Set(roles)].sort(),
    customGrants.map(({ noun, verb, reach, fieldGroups }) => (
      [noun, verb, reach, [...fieldGroups].sort().join()].join(':'))).sort(),
    [...new Set(sharedNouns)].sort(),
  ]);
  const known = profiles.get(key);
  if (known) {
    profiles.delete(key);
    profiles.set(key, known);
    return known;
  }
  const profile = compileProfile(key, [...new Set(roles)].flatMap(builtInGrants).concat(customGrants), sharedNouns);
  profiles.set(key, profile);
  if (profiles.size > maxProfiles) profiles.delete(profiles.keys().next().value!);
  return profile;
}

/** For each verb and field group the widest reach that these grants give; null where none does. */
export function widestReach(grants: readonly Grant[]): Profile['reachOf'] {
  const widest = new Map<string, Reach>();
  for (const { noun, verb, reach, fieldGroups } of grants) {
    for (const fieldGroup of new Set<FieldGroup>(['core', ...fieldGroups])) {
      const cell = `${noun}.${verb}.${fieldGroup}`;
      const known = widest.get(cell);
      if (!known || coversReach(reach, known)) widest.set(cell, reach);
    }
  }
  return (noun, verb, fieldGroup = 'core') => widest.get(`${noun}.${verb}.${fieldGroup}`) ?? null;
}

function compileProfile(key: string, grants: readonly Grant[], sharedNouns: readonly OwnedNoun[]): Profile {
  const reachOf = widestReach(grants);
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 16),
    grants,
    sharedNouns,
    reachOf,
    readVerdict(noun, fieldGroup) {
      const fieldReach = reachOf(noun, 'read', fieldGroup);
      const recordReach = reachOf(noun, 'read');
      if (!fieldReach) return 'never';
      if (fieldGroup === 'core' || fieldReach === 'any') return 'always';
      // Activities are also read through the records they are on, and then by their core alone.
      return fieldReach === recordReach && noun !== 'activity' ? 'always' : 'byRecord';
    },
    computed: new Map(),
  };
}

/** Computes something once per profile. */
export function oncePerProfile<T>(profile: Profile, name: string | symbol, compute: () => T): T {
  if (!profile.computed.has(name)) profile.computed.set(name, compute());
  return profile.computed.get(name) as T;
}

/** Whether a share of this noun matters to the profile: one exists, and the noun has an owner. */
export function hasShares(profile: Profile, noun: Noun): noun is OwnedNoun {
  return isOwnedNoun(noun) && profile.sharedNouns.includes(noun);
}
