import type { Caller } from './caller.ts';

/**
 * What is kept for a time and then deleted, of all workspaces together. However wrong a clock, the database itself
 * holds a least time: 30 days for security logs, 24 hours for everything else.
 */
export const forgettable = {
  /** Mails that wait for nothing more, with their timelines; and addresses that are off the suppression list. */
  mails: 'delete_old_mails',
  securityEvents: 'delete_old_security_events',
  /** Dead jobs that somebody has decided about. */
  deadJobs: 'delete_decided_dead_jobs',
  idempotencyKeys: 'delete_old_idempotency_keys',
  /** Invitations that were accepted, taken back or not answered in time. */
  invitations: 'delete_ended_invitations',
} as const;

/** @returns how many went; fewer than `atMost` when none is left */
export async function deleteOlder(
  caller: Caller, what: keyof typeof forgettable, than: Date, atMost: number,
): Promise<number> {
  const [row] = await caller.call({
    text: `select gatehouse.${forgettable[what]}($1::timestamptz, $2::int) as deleted`,
    values: [than.toISOString(), atMost],
  });
  return row!.deleted as number;
}
