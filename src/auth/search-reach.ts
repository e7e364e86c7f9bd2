import { type FieldGroup, type Noun, nouns } from './nouns.ts';
import { type Profile, hasShares } from './profile.ts';

/** Nouns that are searched, with the group of fields that is searched besides their core. */
export const searchedNouns = {
  company: 'contactDetails', contact: 'contactDetails', lead: 'contactDetails', deal: null, activity: null,
  product: null, member: 'account',
} as const satisfies Partial<Record<Noun, FieldGroup | null>>;

export type SearchedNoun = keyof typeof searchedNouns;

/**
 * A profile's reach over what is searched, in the words of the database's function (search_records, migration
 * *_search_functions): it bounds what is looked at. What decides is reach.ts, which is asked of every hit once more.
 */
export function searchReach(profile: Profile, wanted: readonly SearchedNoun[]): Record<string, unknown> {
  const reach: Record<string, unknown> = {};
  const note = (name: string, noun: Noun, group?: FieldGroup) => {
    const widest = profile.reachOf(noun, 'read', group);
    // Records of the whole workspace are reached by `any` alone.
    if (widest && (widest === 'any' || nouns[noun].belongsTo !== 'workspace')) reach[name] = widest;
  };
  for (const noun of wanted) {
    note(noun, noun);
    const group = searchedNouns[noun];
    if (group) note(`${noun}.${group}`, noun, group);
  }
  if (wanted.includes('activity')) {
    for (const noun of ['company', 'contact', 'lead', 'deal'] as const) note(`${noun}.core`, noun);
  }
  const shared = (Object.keys(searchedNouns) as Noun[]).filter((noun) => hasShares(profile, noun));
  return shared.length > 0 ? { ...reach, shared } : reach;
}
