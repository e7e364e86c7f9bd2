import { BoundedCache } from '../bounded-cache.ts';
import type { Confirmation, PrincipalRow, Remembered, StampedRow } from '../db/identity.ts';

/**
 * Who tokens stood for, in this process. Nothing of it is believed: each request asks the database, which answers with
 * everything, or, where the stamp still holds, with no more than that.
 *
 * @see docs/decisions/0029-rights-stamp.md
 */
const remembered = new BoundedCache<StampedRow>({ entries: 10_000, weight: 1_000_000 });

/** Who a token stands for now. @param ask the look-up, told what is remembered */
export async function recalled(
  tokenHash: string, ask: (tokenHash: string, known: Remembered | null) => Promise<StampedRow | Confirmation | null>,
): Promise<PrincipalRow | null> {
  const known = remembered.get(tokenHash);
  const answer = await ask(tokenHash, known ?? null);
  if (!answer) {
    remembered.delete(tokenHash);
    return null;
  }
  if ('roles' in answer) {
    remembered.set(tokenHash, answer, weightOf(answer));
    return answer;
  }
  return { ...known!, ...answer };
}

/** What is remembered of a token; nothing says that it still holds. */
export function rememberedOf(tokenHash: string): StampedRow | undefined {
  return remembered.get(tokenHash);
}

/** Whether an answer, to somebody who has asked with this row, says that all of the row still holds. */
export function isConfirmed(row: StampedRow, answer: StampedRow | Confirmation | null): boolean {
  return answer !== null && !('roles' in answer) && answer.stamp === row.stamp
    && answer.sharedNouns.join() === row.sharedNouns.join();
}

/** By how many ids and grants there are: ten thousand people of ordinary workspaces, or fewer of huge ones. */
function weightOf({ teamIds, teamChainIds, roles, grants, apiKey }: StampedRow): number {
  return 10 + teamIds.length + teamChainIds.length + roles.length + grants.length + (apiKey?.grants?.length ?? 0);
}
