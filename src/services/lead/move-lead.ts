import { moveCommand } from '../pipeline/move-record.ts';

/** Moves a lead along its pipeline. */
export const moveLead = moveCommand('lead');
