import { readable } from '../auth/reach.ts';
import { modelNamed } from './models.ts';
import { assuming } from './predicate.ts';
import { printSql } from './print-sql.ts';
import type { Derivation } from './reader/reading.ts';

/**
 * Whether a deal or a lead rots, by the clock of its stage, as JSON `{ clock, since, days }`; null in stages that are
 * closed, retired or know no rot, and for whoever cannot read stages.
 *
 * A clock starts with the move into the stage, and again with each sign of life that counts for it: what the owner did
 * (a task completed, anything else that has happened), or a call or a meeting that took place. Only activities that the
 * asker can read move it: the clock would tell of the others.
 */
export function rotting(noun: 'deal' | 'lead'): Derivation {
  return (alias, printing, isReadable) => {
    const { values, profile } = printing;
    const stage = values.alias();
    const stages = modelNamed('Stage');
    const clock = `case ${stage}.rot_clock when 'OWNER_ACTIVITY' then ${lastSign('owner')}`
      + ` when 'TWO_WAY_CONTACT' then ${lastSign('contact')} end`;
    return `(select json_build_object('clock', ${stage}.rot_clock, 'days', ${stage}.rot_after_days, 'since',`
      + ` greatest(${alias}.stage_entered_at, ${clock}) at time zone 'UTC') from ${stages.table} ${stage}`
      + ` where ${stage}.workspace_id = ${alias}.workspace_id and ${stage}.id = ${alias}.stage_id`
      + ` and ${stage}.rot_after_days is not null and ${stage}.status = 'OPEN'`
      + ` and ${printSql(readable(profile, 'stage'), stages, stage, values)})`;

    function lastSign(of: 'owner' | 'contact'): string {
      const activity = values.alias();
      const reach = readable(profile, 'activity');
      const seen = isReadable ? assuming(reach, noun, readable(profile, noun)) : reach;
      const happened = `case when ${activity}.kind = 'TASK' then ${activity}.completed_at`
        + ` else coalesce(${activity}.happens_at, ${activity}.created_at) end`;
      const counts = of === 'owner'
        ? `${activity}.owner_id = ${alias}.owner_id` : `${activity}.kind in ('CALL', 'MEETING')`;
      return `(select max(${happened}) from ${modelNamed('Activity').table} ${activity}`
        + ` where ${activity}.workspace_id = ${alias}.workspace_id and ${activity}.${noun}_id = ${alias}.id`
        + ` and ${counts}`
        + ` and ${happened} <= ${values.parameter('now')}`
        + ` and ${printSql(seen, modelNamed('Activity'), activity, values)})`;
    }
  };
}
