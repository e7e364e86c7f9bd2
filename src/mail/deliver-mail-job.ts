import { type Job, defineJob } from '../jobs/define-job.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { deliverMail } from './deliver-mail.ts';

/**
 * One attempt at one mail. What came of it, the next attempt and the end of the job are one transaction, so that a mail
 * that waits has a job that waits. When the mail server does not take it, that is no failure of the job.
 */
export const deliverMailJob: Job<'mailId', 'system'> = defineJob({
  kind: 'mail.deliver', ids: ['mailId'], as: 'system', grants: [], lane: 'deliver',
  async run({ services, principal, finish }, { mailId }) {
    await deliverMail(services, { workspaceId: principal.workspace.id, mailId }, async (tx, nextAttemptAt) => {
      if (nextAttemptAt) await enqueue(tx, services, deliverMailJob, { mailId }, { startAfter: nextAttemptAt });
      await finish(tx);
    });
  },
});
