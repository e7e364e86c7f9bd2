import { readFile } from 'node:fs/promises';
import type { World } from './world.ts';

export type FillOptions = {
  /** Everything else follows: a fifth as many companies, half as many contacts, five times as many activities. */
  deals: number;
};

/**
 * Fills a world's workspace with a big sales organisation: ten teams of eight with the world's north and south among
 * them, and their records. Names come from short lists, so words are as frequent as they are in life. The same for the
 * same world; written by the tables' owner with a few statements, past the API.
 *
 * @returns what can be counted on: a company with many deals and activities, a deal with 40 activities
 */
export async function fill(
  world: World, { deals }: FillOptions,
): Promise<{ bigCompanyId: string; busyDealId: string }> {
  const { workspaceId, teams: { north, south }, rep, manager } = world;
  await world.rows(`
    create temp table given as select $1::uuid as workspace_id, $2::uuid as north_id, $3::uuid as south_id,
      $4::uuid as rep_id, $5::uuid as manager_id, $6::int as deals`,
  [workspaceId, north.id, south.id, rep.id, manager.id, deals]);
  await world.rows(await readFile(new URL('fill.sql', import.meta.url), 'utf8'));
  // What autovacuum would have done by the time that anybody asks.
  for (const table of [
    'team', 'member', 'company', 'contact', 'contact_email', 'contact_phone', 'lead', 'deal', 'deal_contact',
    'deal_line', 'stage_change', 'activity', 'record_share', 'tagging',
  ]) await world.rows(`vacuum analyze ${table}`);
  const [found] = await world.rows<{ company: string; deal: string }>(
    'select (select ids[1] from company_pool) as company, (select ids[1] from deal_ids) as deal');
  return { bigCompanyId: found!.company, busyDealId: found!.deal };
}
