import { type MoveOptions, moveCommand } from '../pipeline/move-record.ts';
import { convertedProblems } from './converted.ts';
import { type LeadFields, leadFieldProblems, leadShape, leadValues } from './lead-fields.ts';

/** What a move of a lead can fill in at once. */
type MoveFields = Omit<LeadFields, 'title' | 'ownerId' | 'teamId' | 'externalReferences'>;

const options: MoveOptions<MoveFields> = {
  noun: 'lead',
  recordProblems: ({ id, convertedAt }) => convertedProblems({ id, convertedAt: convertedAt ?? null }),
  fieldProblems: (input) => leadFieldProblems(input, false),
  shape: leadShape,
  columns: (input) => leadValues(input),
};

/** Moves a lead along its pipeline, and fills in what the stage asks for. */
export const moveLead = moveCommand(options);

/** The same for those who may change many leads at once. */
export const moveLeads = moveCommand(options, { isBulk: true });
