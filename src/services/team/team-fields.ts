import type { UserError } from '../errors.ts';
import { requiredProblems, textProblems } from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type TeamFields = { name?: string | null; parentId?: string | null };

/** Everything that is wrong with the values themselves. @param isNew a new one must have a name */
export function teamFieldProblems({ name }: TeamFields, isNew: boolean): UserError[] {
  return [
    ...requiredProblems(name, ['input', 'name'], isNew || name === null),
    ...textProblems(name, ['input', 'name'], { min: 1, max: 200 }),
  ];
}

export const teamNameTaken = 'Another team below the same one has this name.';
