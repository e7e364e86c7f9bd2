/* npm run test:bleed: 20,000 requests of fifty tenants on five connections, in the storm of pool-bleed.test.ts. */
import { launch } from './launch.mjs';
import { giveUp } from './ready.mjs';

process.env.BLEED_REQUESTS ??= '20000';
launch(['node_modules/vitest/vitest.mjs', 'run', 'test/access/walls/pool-bleed.test.ts'])
  .then((code) => process.exit(code), giveUp);
