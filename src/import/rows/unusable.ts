import type { UserError } from '../../services/errors.ts';
import type { ImportNoun } from '../nouns/noun.ts';
import { removeEntries } from './entries.ts';
import type { PlannedRow } from './plan-row.ts';
import { originOf, problemOf } from './problem.ts';

/**
 * Asks the service's own rules whether it takes the row's values, as far as they say it of the values alone. What it
 * does not is a problem of the row; or the row comes without it, where the mapping says so.
 */
export function checkValues(row: PlannedRow, noun: ImportNoun, now: Date): void {
  const errors = (noun.fieldProblems?.(row.input as never, now) ?? []).filter((error) => isOfValue(row, error));
  const left = new Set<string>();
  const gone = new Map<string, Set<number>>();
  for (const error of errors) {
    const problem = problemOf(row, error);
    const { place } = originOf(row, error)!;
    if (!row.optional.has(place)) {
      row.problems.push(problem);
      continue;
    }
    // One reason is enough.
    if (left.has(place)) continue;
    left.add(place);
    row.notTaken.push({ ...problem, suggestion: 'Correct it in the file, and import it again.' });
    const [list, at, name] = place.split('.');
    const child = Object.values(noun.children).find(({ input }) => input === list);
    if (!child) take(row.input, place.split('.'));
    else if (child.fields[name!]?.isRequired) gone.set(list!, (gone.get(list!) ?? new Set()).add(Number(at)));
    else take(row.input, place.split('.'));
  }
  for (const [list, places] of gone) removeEntries(row, list, (at) => places.has(at));
}

/** Whether a problem is with a value that the row has: others are for the service to tell, which knows the record. */
function isOfValue(row: PlannedRow, error: UserError): boolean {
  const found = originOf(row, error);
  return found !== undefined && found.isExact && valueAt(row.input, found.place.split('.')) !== undefined;
}

function valueAt(input: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], input);
}

function take(input: object, path: readonly string[]): void {
  const holder = valueAt(input, path.slice(0, -1)) as Record<string, unknown> | undefined;
  if (holder) delete holder[path.at(-1)!];
}
