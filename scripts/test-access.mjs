/*
 * npm run test:access: the proof of the permissions, with `--runs` random documents and from `--seed`; all of it, or the
 * files that follow.
 */
import { launch } from './launch.mjs';
import { giveUp, NotReady } from './ready.mjs';

const args = process.argv.slice(2);

/** Vitest knows neither option, so they are taken out and handed on to the tests (test/access/run-count.ts). */
function take(name, variable) {
  const at = args.findIndex((each) => each === `--${name}` || each.startsWith(`--${name}=`));
  if (at < 0) return;
  const [, joined] = args[at].split('=');
  const [value] = args.splice(at, joined ? 1 : 2).slice(-1).map((each) => joined ?? each);
  if (!/^\d{1,9}$/.test(value ?? '')) giveUp(new NotReady(`--${name} takes a whole number: npm run test:access -- --${name} 50000`));
  process.env[variable] = value;
}

take('runs', 'ACCESS_RUNS');
take('seed', 'ACCESS_SEED');
process.env.ACCESS_RUNS ??= '4000';
const files = args.some((each) => each.startsWith('test/')) ? [] : ['test/access'];
launch(['node_modules/vitest/vitest.mjs', 'run', ...files, ...args]).then((code) => process.exit(code), giveUp);
