import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Shield and Yoga load graphql through different entries; two copies of it refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Random documents in two worlds take minutes: npm run test:access runs them, and says how many.
    exclude: process.argv.some((word) => word.includes('test/access')) ? [] : ['test/access/two-worlds/**'],
    globalSetup: ['test/support/start-database.ts'],
    pool: 'forks',
    // Generous, because a slow machine is not a fault; what must be quick is asserted where it is promised.
    testTimeout: 90_000,
    hookTimeout: 180_000,
  },
});
