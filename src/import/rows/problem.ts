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
