import type { UserError } from '../../services/errors.ts';
import type { Origin, PlannedRow } from './plan-row.ts';

/** Why a row is refused, or what is left out of it, in the words of the report. */
export type Problem = {
  /** The column in the file, or null where it is about the whole row. */
  column: string | null;
  /** The field of the mapping: `amount`, `links.company`, `lines.product`. */
  field: string | null;
  value: string | null;
  /** `FORM`: the row cannot be read. `VALUE`: a text is not what its field takes. Otherwise the code of the service. */
  code: string;
  reason: string;
  suggestion?: string;
};

export function formProblem(reason: string, value: string | null = null): Problem {
  return { column: null, field: null, value, code: 'FORM', reason };
}

/** What a service says about an input, in terms of the file: the column that the value came from. */
export function problemOf(row: PlannedRow, error: UserError): Problem {
  const { code, message } = error;
  const origin = originOf(row, error)?.origin ?? { column: null, field: stepsOf(error).join('.') || null, value: null };
  return { ...origin, code, reason: message, suggestion: suggestions[code] ?? suggestionFor(code, origin.value) };
}

/**
 * Where the value came from that a problem is with, and its place in the row's input. Not exact where the problem is
 * with more than the value: one with `lines.0` is told of the first of its values.
 */
export function originOf(
  row: PlannedRow, error: UserError,
): { place: string; origin: Origin; isExact: boolean } | undefined {
  const steps = stepsOf(error);
  // A problem with `lines.0.unitPriceMinor` may be told as one with `lines.0` or `lines`.
  for (let length = steps.length; length > 0; length -= 1) {
    const at = steps.slice(0, length).join('.');
    const [place, origin] = (row.origins.has(at) ? [at, row.origins.get(at)!] : undefined)
      ?? [...row.origins].find(([each, { field }]) => each.startsWith(`${at}.`) || field === at) ?? [];
    if (origin) return { place: place!, origin, isExact: length === steps.length && !place!.startsWith(`${at}.`) };
  }
  return undefined;
}

function stepsOf({ path }: UserError): string[] {
  return path.filter((step, at) => at > 0 || step !== 'input').map((step) => (step === 'tagIds' ? 'tags' : step));
}

function suggestionFor(code: UserError['code'], value: string | null): string | undefined {
  if (code !== 'INVALID_INPUT') return undefined;
  if (value === null) return 'Give the record the value that is missing; in the mapping with "else" or "default".';
  return `${value.length > 100 ? 'Shorten or correct' : 'Correct'} it in the file; `
    + 'with "ifUnusable": "empty" the row comes in without it.';
}

const suggestions: Partial<Record<UserError['code'], string>> = {
  VERSION_CONFLICT: 'Somebody has changed the record meanwhile: run the import again.',
  NOT_PERMITTED: 'Import as a member who has the permission, or ask for it.',
  STAGE_REQUIREMENTS_MISSING: 'Give the record what its stage asks for, or import it into another stage.',
  STAGE_ROLE_MISSING: 'Import as a member who has such a role, or into another stage.',
  STAGE_NOT_ALLOWED: 'Allow the step in the pipeline, or leave the stage of records that exist alone.',
};
