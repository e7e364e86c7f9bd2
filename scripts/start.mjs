/* npm start: a working Gatehouse from a fresh clone, with nothing installed but Node and npm. */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';

launch(['src/start.ts', ...process.argv.slice(2)]).then((code) => process.exit(code), giveUp);
