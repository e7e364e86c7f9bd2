/* npm test: the whole suite, or the files and flags that follow `npm test --`. */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';

const [first, ...rest] = process.argv.slice(2);
const args = first === '--watch' ? ['watch', ...rest] : ['run', ...process.argv.slice(2)];
launch(['node_modules/vitest/vitest.mjs', ...args]).then((code) => process.exit(code), giveUp);
