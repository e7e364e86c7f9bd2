/*
 * npm run test:timing: what the time of an answer tells about an address. `--samples` of each kind (500), from
 * `--lanes` clients at once (2); all of it, or what `-t` names.
 */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';
import { takeNumber } from './take-number.mjs';

const args = process.argv.slice(2);
takeNumber(args, 'samples', 'TIMING_SAMPLES', 'npm run test:timing');
takeNumber(args, 'lanes', 'TIMING_LANES', 'npm run test:timing');
launch(['node_modules/vitest/vitest.mjs', 'run', 'test/timing', ...args]).then((code) => process.exit(code), giveUp);
