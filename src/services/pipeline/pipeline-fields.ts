import type { UserError } from '../errors.ts';
import { rangeProblems, requiredProblems, textProblems } from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type PipelineFields = {
  name?: string | null;
  /** From 0; the others make room. */
  position?: number | null;
};

/** Everything that is wrong with the values themselves. @param last the highest place there will be */
export function pipelineFieldProblems({ name, position }: PipelineFields, isNew: boolean, last: number): UserError[] {
  return [
    ...requiredProblems(name, ['input', 'name'], isNew || name === null),
    ...textProblems(name, ['input', 'name'], { min: 1, max: 200 }),
    ...rangeProblems(position, ['input', 'position'], 0, last),
  ];
}

export const pipelineNameTaken = 'Another pipeline of this kind has this name.';
