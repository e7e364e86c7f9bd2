import type { SearchedNoun } from '../auth/search-reach.ts';
import type { RequestDatabase } from './database.ts';
import type { Parameters } from './predicate.ts';

/** A record that fits what was typed, and the field that does. */
export type SearchCandidate = { noun: SearchedNoun; id: string; field: string; score: number };

/**
 * Finds what fits a text, best first, within a reach; one statement. What is literally there comes alone; where nothing
 * is, what is similar.
 *
 * @param reach see searchReach
 * @param most  how many at most
 */
export async function searchCandidates(
  database: RequestDatabase, workspaceId: string, typed: string, reach: object, parameters: Parameters, most: number,
  signal?: AbortSignal,
): Promise<SearchCandidate[]> {
  const { me, myTeams, myTeamChain, now } = parameters;
  const rows = await database.read(workspaceId, {
    text: 'select noun, id, field, score from gatehouse.search_records($1, $2, $3, $4, $5, $6, $7)',
    values: [typed, JSON.stringify(reach), me, myTeams, myTeamChain, now, most],
  }, signal);
  return rows as SearchCandidate[];
}
