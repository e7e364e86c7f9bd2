import { moveCommand } from '../pipeline/move-record.ts';

/** Moves a deal along its pipeline. Its probability follows the stage's, unless somebody set it by hand. */
export const moveDeal = moveCommand('deal', (deal, to) => (
  deal.isProbabilitySetByHand ? {} : { probability: to.probability }));
