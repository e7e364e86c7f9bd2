import { type UserError, invalid } from '../errors.ts';
import { requiredProblems, textProblems } from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type TagFields = { name?: string | null; color?: string | null };

/** The columns that an input names: colours in lower case. */
export function tagValues({ name, color }: TagFields): { name?: string; color?: string | null } {
  return {
    ...(name ? { name: name.trim() } : {}),
    ...(color === undefined ? {} : { color: color === null ? null : color.toLowerCase() }),
  };
}

/** Everything that is wrong with the values themselves. @param isNew a new one must have a name */
export function tagFieldProblems({ name, color }: TagFields, isNew: boolean): UserError[] {
  return [
    ...requiredProblems(name, ['input', 'name'], isNew || name === null),
    ...textProblems(name, ['input', 'name'], { min: 1, max: 100 }),
    ...(color && !/^#[0-9a-f]{6}$/i.test(color)
      ? [invalid('A color is written #rrggbb, such as #1f77b4.', 'input', 'color')]
      : []),
  ];
}

export const tagNameTaken = 'Another tag has this name.';
