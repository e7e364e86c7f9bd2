/*
 * The product, told for each field that a manager may read it, while rows are found by the manager's own conditions:
 * the same statements with the same filter, and nothing to decide. What the policy costs is the difference.
 */
import { nounNames } from '../../src/auth/nouns.ts';
import { profileOf } from '../../src/auth/profile.ts';
import { allowed } from '../../src/auth/reach.ts';
import { readEnv } from '../../src/env.ts';
import { serve } from '../../src/server.ts';

const manager = profileOf(['MANAGER'], [], []);
// Kept with the profile from now on.
for (const noun of nounNames) allowed(manager, noun, 'read');
const owner = profileOf(['OWNER'], [], []);
Object.assign(manager, { reachOf: owner.reachOf, readVerdict: owner.readVerdict });

const server = await serve(readEnv());
process.once('SIGTERM', () => void server.close().then(() => process.exit()));
