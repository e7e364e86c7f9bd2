import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { documentRuns, seed } from '../run-count.ts';
import { now } from '../worlds/world-server.ts';
import { describeLeak, openWorlds, searchLeaks } from './two-worlds.ts';

/** Every principal gets as many documents as any other. */
const principals = 22;

/** Of whose mutations at least a third change something; others are refused more: they see or may too little. */
const writers = ['Owen Owner', 'Ada Admin', 'Mia Manager', 'Rex Rep', 'Kim Sometimes'];

/** One test for each of these principals: random documents, as him, in two worlds that he must not tell apart. */
export function testTwoWorlds(names: readonly string[]): void {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date'], now });
  });
  afterAll(() => {
    vi.useRealTimers();
  });

  test.each(names.map((name, at) => [name, seed + at] as const))('%s cannot tell two worlds apart that differ in what he must not see', async (name, ownSeed) => {
    const worlds = await openWorlds(name, ownSeed);
    try {
      const { leak, ...counts } = await searchLeaks(worlds, {
        runs: Math.ceil(documentRuns / principals), seed: ownSeed,
      });
      if (leak) expect.fail(describeLeak(worlds.principal, leak));
      // A search by somebody who is not signed in any more finds nothing and proves nothing.
      if (worlds.principal.seer) expect(counts.asNobody / counts.runs).toBeLessThan(0.1);
      const done = [...counts.done.values()].reduce((sum, each) => sum + each, 0);
      if (writers.includes(name) && counts.mutations >= 100) expect(done / counts.mutations).toBeGreaterThan(1 / 3);
      console.log(
        `${name}: ${counts.runs} documents in both worlds, ${done} of ${counts.mutations} mutations changed something, `
          + `${counts.refused} met a refusal; the worlds differ in ${worlds.changes.length} places.`);
    } finally {
      await worlds.close();
    }
  }, 24 * 3600e3);
}
