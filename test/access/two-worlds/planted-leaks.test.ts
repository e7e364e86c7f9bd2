import SchemaBuilder from '@pothos/core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { seed } from '../run-count.ts';
import { now } from '../worlds/world-server.ts';
import { plants } from './plants.ts';

/**
 * A search that never finds anything proves nothing. Here mistakes are made on purpose, one in each test, and the
 * search has to find them. Some of the principal's documents are enough: as many as CI sends for all principals
 * together.
 */
const enough = 3_000;

beforeAll(() => {
  // Each test builds the schema anew, from modules of which one is mistaken.
  SchemaBuilder.allowPluginReRegistration = true;
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => {
  vi.resetModules();
});
afterAll(() => {
  vi.useRealTimers();
});

test.each(plants)('it is found out when $leak', async ({ module, principal, mutationShare, focus, mistaken }) => {
  vi.resetModules();
  vi.doMock(module, async (importOriginal) => {
    const real = await importOriginal<Parameters<typeof mistaken>[0]>();
    return { ...real, ...await mistaken(real, (path) => import(path)) };
  });
  const { openWorlds, searchLeaks } = await import('./two-worlds.ts');
  const worlds = await openWorlds(principal, seed);
  try {
    const { leak, runs } = await searchLeaks(worlds, {
      runs: enough, seed, isCurious: true, mutationShare, focus, makesSmaller: false,
    });
    expect(leak).not.toBeNull();
    expect(leak!.first).not.toBe(leak!.second);
    console.log(`found after ${runs} documents`);
  } finally {
    await worlds.close();
    vi.doUnmock(module);
  }
}, 600_000);
