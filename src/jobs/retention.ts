import { type forgettable, deleteOlder } from '../db/retention.ts';
import type { Env } from '../env.ts';
import type { Upkeep } from './upkeep.ts';

/** How long things are kept, as the environment says. */
export type Retention = Env['retention'];

const hour = 3_600_000;
const atOnce = 1_000;

/** Deletes, in small transactions, what was kept as long as the environment says. */
function forget(
  kind: string, cron: string, what: keyof typeof forgettable, hours: (retention: Retention) => number,
): Upkeep {
  return {
    kind,
    cron,
    async run({ services: { database, now }, retention, signal, log }) {
      const before = new Date(now().getTime() - hours(retention) * hour);
      let deleted = 0;
      for (let last = atOnce; last === atOnce && !signal.aborted; deleted += last) {
        last = await deleteOlder(database, what, before, atOnce);
      }
      if (deleted > 0) log.info({ kind, deleted }, 'upkeep');
    },
  };
}

/** Every hour, so that a tick that was missed makes no difference. docs/retention.md has the whole table. */
export const retentionUpkeep: readonly Upkeep[] = [
  forget('idempotencyKey.forgetExpired', '17 * * * *', 'idempotencyKeys', (keep) => keep.idempotencyKeyHours),
  forget('mail.forgetOld', '3 * * * *', 'mails', (keep) => keep.mailDays * 24),
  forget('securityEvent.forgetOld', '13 * * * *', 'securityEvents', (keep) => keep.securityLogDays * 24),
  forget('invitation.forgetEnded', '23 * * * *', 'invitations', (keep) => keep.securityLogDays * 24),
  forget('job.forgetDecided', '33 * * * *', 'deadJobs', (keep) => keep.deadJobDays * 24),
];
