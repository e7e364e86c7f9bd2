import { deleteExpiredLimits } from '../db/limits.ts';
import { deleteExpiredOneTimeTokens } from '../db/one-time-tokens.ts';
import { deliverMailJob } from '../mail/deliver-mail-job.ts';
import { expireSessions } from '../services/identity/expire-sessions.ts';
import { tellOfDeadJobsJob } from '../services/job/tell-of-dead-jobs.ts';
import { handOverJob } from '../services/member/hand-over-job.ts';
import type { Job } from './define-job.ts';
import { retentionUpkeep } from './retention.ts';
import type { Upkeep } from './upkeep.ts';

/** Every kind of job that workers know. */
export const jobs: readonly Job[] = [deliverMailJob, handOverJob, tellOfDeadJobsJob];

/** Everything that happens on a schedule. */
export const upkeep: readonly Upkeep[] = [
  { kind: 'session.forgetExpired', cron: '7 * * * *', run: ({ services, signal }) => expireSessions(services, signal) },
  {
    kind: 'link.forgetExpired', cron: '27 * * * *',
    run: ({ services }) => deleteExpiredOneTimeTokens(services.database),
  },
  { kind: 'limit.forgetExpired', cron: '37 * * * *', run: ({ services }) => deleteExpiredLimits(services.database) },
  ...retentionUpkeep,
];
