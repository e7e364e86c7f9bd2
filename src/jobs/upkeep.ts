import type { Logger } from 'pino';
import type { Services } from '../services/context.ts';
import type { Job } from './define-job.ts';
import { enqueue } from './enqueue.ts';
import { workspaceIds } from '../db/identity.ts';
import type { Retention } from './retention.ts';

export type UpkeepContext = {
  services: Services;
  /** How long things are kept. */
  retention: Retention;
  /** Fires when the time is up or the worker ends. */
  signal: AbortSignal;
  log: Logger;
};

/** Work that belongs to no workspace, on a schedule. It sees no CRM data: it calls functions on platform tables. */
export type Upkeep = {
  kind: string;
  /**
   * Five fields, in UTC. Each tick runs once, however many workers there are and however wrong their clocks; killed
   * meanwhile, it runs again. One that all workers slept through is not made up for, as the next does the same work.
   */
  cron: string;
  run(context: UpkeepContext): Promise<void>;
};

/**
 * A job without ids in every workspace, on a schedule: the tick enqueues it, page by page. Run twice, it enqueues none
 * twice that is still waiting.
 */
export function inEveryWorkspace(job: Job<never, 'system'>, cron: string): Upkeep {
  return {
    kind: job.kind,
    cron,
    async run({ services, signal }) {
      for (let behind: string | null = null; !signal.aborted;) {
        const page: string[] = await workspaceIds(services.database, behind, 500);
        for (const id of page) {
          await services.database.transaction(id, (tx) => enqueue(tx, services, job, {}, { key: 'scheduled' }));
        }
        if (page.length < 500) return;
        behind = page.at(-1)!;
      }
    },
  };
}
