import { type Noun, type OwnedNoun, isOwnedNoun, ownedNouns } from '../../auth/nouns.ts';
import type { Profile } from '../../auth/profile.ts';
import { NotPermittedError } from '../errors.ts';

/** What decides about a member besides the record: his roles, his team, and the tree that it is in. */
const rightsFollowFrom: readonly Noun[] = ['role', 'member', 'team'];

/**
 * Whether somebody may be told about other people's rights: with `access.explain`, and reading everything himself that
 * the answer can follow from, because a bare yes or no would tell of it. Every door that explains others asks this.
 *
 * @param noun of the record asked about; none where no record is
 * @returns the first permission he lacks, `access.explain` or the reading of every record of a noun; null for none
 * @see docs/decisions/0027-explaining-others.md
 */
export function lackingToExplain({ reachOf }: Profile, noun?: Noun): string | null {
  if (!reachOf('access', 'explain')) return 'access.explain';
  const needed = [...rightsFollowFrom, ...(noun && isOwnedNoun(noun) ? othersReachedThrough(noun) : [])];
  const unread = needed.find((each) => reachOf(each, 'read') !== 'any');
  return unread ? `${unread}.read` : null;
}

/** @throws NotPermittedError naming what is lacking */
export function requireToExplain(profile: Profile, noun?: Noun): void {
  const lacking = lackingToExplain(profile, noun);
  if (lacking) throw new NotPermittedError(lacking);
}

/** Whether somebody sees all that decides which records of a noun others read: how many they are tells him nothing. */
export function seesAllOf({ reachOf }: Profile, noun: OwnedNoun): boolean {
  return [noun, ...othersReachedThrough(noun)].every((each) => reachOf(each, 'read') === 'any');
}

/** An activity is read through the records it is on, so whoever hears who reads it hears of links to them. */
function othersReachedThrough(noun: OwnedNoun): readonly OwnedNoun[] {
  return noun === 'activity' ? ownedNouns.filter((each) => each !== 'activity') : [];
}
