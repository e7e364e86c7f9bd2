/* npm run bench:jobs: how fast jobs are enqueued, begun and done, on a database that keeps what it has committed. */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';

process.env.BENCH = 'jobs';
launch(['node_modules/vitest/vitest.mjs', 'run', 'test/chaos/job-throughput.test.ts', ...process.argv.slice(2)])
  .then((code) => process.exit(code), giveUp);
