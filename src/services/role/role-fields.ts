import type { UserError } from '../errors.ts';
import { requiredProblems, textProblems } from '../validate.ts';
import { type GrantFields, grantProblems } from './role-grants.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type RoleFields = {
  name?: string | null;
  /** All of the role: they replace those it has. */
  grants?: readonly GrantFields[] | null;
};

/** Everything that is wrong with the values themselves. @param isNew a new one must have a name */
export function roleFieldProblems({ name, grants }: RoleFields, isNew: boolean): UserError[] {
  return [
    ...requiredProblems(name, ['input', 'name'], isNew || name === null),
    ...textProblems(name, ['input', 'name'], { min: 1, max: 200 }),
    ...requiredProblems(grants, ['input', 'grants'], isNew || grants === null),
    ...grantProblems(grants),
  ];
}

export const roleNameTaken = 'Another role has this name.';
