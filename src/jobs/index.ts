import { deleteExpiredIdempotencyKeys, deleteExpiredSessions } from '../db/identity.ts';
import type { Job } from './define-job.ts';
import type { Upkeep } from './upkeep.ts';

/** Every kind of job that workers know. */
export const jobs: readonly Job[] = [];

/** Everything that happens on a schedule. */
export const upkeep: readonly Upkeep[] = [
  { kind: 'session.forgetExpired', cron: '7 * * * *', run: ({ services }) => deleteExpiredSessions(services.database) },
  {
    kind: 'idempotencyKey.forgetExpired',
    cron: '17 * * * *',
    async run({ services, signal }) {
      const atOnce = 5_000;
      while (!signal.aborted && await deleteExpiredIdempotencyKeys(services.database, atOnce) === atOnce);
    },
  },
];
