import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';

export default defineConfig({
  // Shield and Yoga load graphql through different entries; two copies of it refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // What takes minutes has commands of its own: npm run test:access, test:chaos and test:timing.
    exclude: ['test/access', 'test/chaos', 'test/timing']
      .some((folder) => process.argv.some((word) => word.includes(folder)))
      ? [] : ['test/access/two-worlds/**', 'test/chaos/**', 'test/timing/**'],
    globalSetup: ['test/support/start-database.ts'],
    sequence: { sequencer: SlowFirst },
    pool: 'forks',
    // One more than two cores, because many tests wait: for timeouts, for workers that were killed, for PostgreSQL.
    maxWorkers: 3,
    // Each file has a database and a server of its own, which is what keeps them apart; loading all of the product anew
    // for each would be a quarter of the suite's time.
    // The two worlds are tried with mistaken modules too, which must be nobody else's.
    isolate: process.argv.some((word) => word.includes('test/access')),
    // Generous, because a slow machine is not a fault; what must be quick is asserted where it is promised.
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
