/* npm run test:chaos: workers and the database are killed on purpose, for minutes. Files and flags may follow. */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';

const args = process.argv.slice(2);
const files = args.some((word) => word.includes('test/chaos')) ? args : ['test/chaos', ...args];
launch(['node_modules/vitest/vitest.mjs', 'run', '--no-file-parallelism', ...files])
  .then((code) => process.exit(code), giveUp);
