import { createLog } from '../../src/http/logging.ts';
import { type RunningWorker, type WorkerOptions, startWorker } from '../../src/jobs/worker.ts';
import { memoryMailer } from '../support/mails.ts';
import type { World } from '../support/world.ts';

export type Line = Record<string, unknown> & { kind?: string; outcome?: string; msg: string };

/** How long things are kept, in tests that do not care. */
export const retention = { mailDays: 90, securityLogDays: 400, deadJobDays: 30, idempotencyKeyHours: 48 };

/** A worker of the world's database, in this process and quicker to look, with what it logs. */
export async function aWorker(
  world: World, options: Partial<WorkerOptions>,
): Promise<RunningWorker & { lines: Line[] }> {
  const lines: Line[] = [];
  const log = createLog({ logLevel: 'info' }, { write: (line) => { lines.push(JSON.parse(line) as Line); } });
  const worker = await startWorker({
    env: {
      databaseUrl: world.urls.server, databasePooling: 'session', workerConcurrency: 4,
      cursorSecret: world.services.cursorSecret, retention,
    },
    log, mailer: memoryMailer().mailer, pollSeconds: 0.5, ...options,
  });
  return { ...worker, lines };
}
