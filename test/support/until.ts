import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once it holds; the test's own time limit is the patience. */
export async function until(holds: () => boolean | Promise<boolean>, everyMilliseconds = 50): Promise<void> {
  while (!await holds()) await sleep(everyMilliseconds);
}
