import { type Grant, type GrantRow, grant } from '../grants.ts';
import { type Noun, ownedNouns } from '../nouns.ts';

/**
 * What the jobs of a workspace's own may do, by kind: each has the grants it needs and no others. A job that acts for a
 * member has that member's rights instead, and no line here.
 */
export const systemGrants = {
  /** Jobs that failed at their last try are filed as such. */
  'job.file': to('job', grant(['read', 'update'], 'any', [])),
  'member.handOver': ownedNouns.flatMap((noun) => to(noun, grant(['read', 'assign'], 'any', []))),
} as const satisfies Record<string, readonly Grant[]>;

/** The rows of one noun: `...to('mail', grant(['read', 'update'], 'any', []))`. */
export function to<N extends Noun>(noun: N, ...rows: GrantRow<N>[]): Grant[] {
  return rows.flatMap((row) => row(noun));
}
