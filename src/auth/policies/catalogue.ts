import { type BuiltInRole, type GrantRow, everything, grant, policy } from '../grants.ts';
import type { Noun } from '../nouns.ts';

const readEverything: GrantRow<Noun> = grant<Noun>(['read'], 'any', []);

/** Records that belong to the whole workspace: everybody reads them, administrators keep them. */
const everybodyReads: Record<BuiltInRole, GrantRow<Noun>[]> = {
  OWNER: [everything('any')],
  ADMIN: [everything('any')],
  MANAGER: [readEverything],
  REP: [readEverything],
  VIEWER: [readEverything],
};

export const pipelinePolicy = policy('pipeline', everybodyReads);
export const stagePolicy = policy('stage', everybodyReads);
export const teamPolicy = policy('team', everybodyReads);
export const exchangeRatePolicy = policy('exchangeRate', everybodyReads);
export const productPolicy = policy('product', everybodyReads);

/** Putting a tag on a record is an update of that record; these are the rights on the tags themselves. */
export const tagPolicy = policy('tag', { ...everybodyReads, MANAGER: [everything('any')] });
