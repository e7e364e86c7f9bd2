import { type WaitingJobs, waitingJobs } from '../../db/job-rows.ts';
import type { ServiceContext } from '../context.ts';

/** What the workspace has in the queue, by kind of job. Who may ask is the schema's to say. */
export function findWaitingJobs({ services, principal, signal }: ServiceContext): Promise<WaitingJobs[]> {
  return waitingJobs(services.database, principal.workspace.id, signal);
}
