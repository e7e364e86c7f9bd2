/*
 * npm run test:access: the proof of the permissions, with `--runs` random documents and from `--seed`; all of it, or
 * the files that follow.
 */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';
import { takeNumber } from './take-number.mjs';

const args = process.argv.slice(2);
// What is handed on: test/access/run-count.ts.
takeNumber(args, 'runs', 'ACCESS_RUNS', 'npm run test:access');
takeNumber(args, 'seed', 'ACCESS_SEED', 'npm run test:access');
process.env.ACCESS_RUNS ??= '4000';
const files = args.some((each) => each.startsWith('test/')) ? [] : ['test/access'];
launch(['node_modules/vitest/vitest.mjs', 'run', ...files, ...args]).then((code) => process.exit(code), giveUp);
