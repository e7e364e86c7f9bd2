import type { Logger } from 'pino';
import { upkeepBegun, upkeepDone, upkeepFailed } from '../db/upkeep-runs.ts';
import { reasonOf } from './errors.ts';
import type { Upkeep, UpkeepContext } from './upkeep.ts';

/**
 * Runs upkeep once and writes down how it went, where `/metrics` and `npm run upkeep` find it.
 *
 * @throws what it threw, so that the queue tries it again
 */
export async function runUpkeep(
  { kind, run }: Upkeep, context: UpkeepContext, isLastTry: boolean,
): Promise<void> {
  const { services: { database }, log } = context;
  const startedAt = performance.now();
  await upkeepBegun(database, kind);
  try {
    await run(context);
    context.signal.throwIfAborted();
  } catch (error) {
    const reason = reasonOf(error);
    line(log, isLastTry ? 'error' : 'warn', { outcome: isLastTry ? 'dead' : 'failed', reason, err: error });
    await upkeepFailed(database, kind, reason, isLastTry);
    throw error;
  }
  await upkeepDone(database, kind);
  line(log, 'info', { outcome: 'done' });

  function line(to: Logger, level: 'info' | 'warn' | 'error', what: Record<string, unknown>): void {
    to[level]({ kind, ...what, milliseconds: Math.round(performance.now() - startedAt) }, 'upkeep');
  }
}
