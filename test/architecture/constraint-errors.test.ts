import { afterAll, beforeAll, expect, test } from 'vitest';
import { namedConstraints } from '../../src/services/constraint-errors.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

/** Constraints that only a bug runs into, or that are answered in another way: their errors stay unexpected. */
const unexpected = [
  /_pkey$/, /_workspace_id_id_kind_key$/, /_workspace_id_id_status_key$/, /_workspace_id_pipeline_id_id_key$/,
  /^tagging_/, /^record_share_/,
  /^stage_change_/, /^external_reference_(noun|record)_check$/, /^workspace_/, /^user_/, /^persisted_operation_/,
  /^one_time_token_/, /^session_/,
  /^idempotency_key_/, /^member_workspace_id_user_id_key$/, /^role_workspace_id_built_in_key$/,
  /^mail_(template|to_address|to_name|link_path|link_token|waits|sent)_check$/,
  /^(unplaced_)?security_event_/, /^api_key_token_/, /^dead_job_/, /^upkeep_run_/, /^member_removed_check$/,
  /^invitation_(email|end)_check$/, /_(version|bin|merge|dates)_check$/,
];

test('every check and unique key of the database has its words for people, or is known to need none', async () => {
  const rows = await world.rows<{ name: string }>(`
    select conname as name from pg_constraint where connamespace = 'gatehouse'::regnamespace and contype = 'c'
    union select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace = 'gatehouse'::regnamespace and i.indisunique`);
  const inDatabase = rows.map(({ name }) => name);
  const forgotten = inDatabase.filter(
    (name) => !namedConstraints.includes(name) && !unexpected.some((each) => each.test(name))
  );
  expect(forgotten).toEqual([]);
  // Those of trees and of the order of stages are raised by triggers.
  const byTrigger = /_tree_check$|^stage_order_check$/;
  const gone = namedConstraints.filter((name) => !inDatabase.includes(name) && !byTrigger.test(name));
  expect(gone).toEqual([]);
});
