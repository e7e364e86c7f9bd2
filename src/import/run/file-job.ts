import type { VerbPermission } from '../../auth/nouns.ts';
import { Refusal } from '../../refusal.ts';
import type { CsvFile } from '../csv/csv-file.ts';
import type { LinkResolver } from '../links/resolve-links.ts';
import type { CompiledFile } from '../rows/compile-file.ts';
import { type PlannedRow, type RowContext, planRow } from '../rows/plan-row.ts';
import type { Progress } from './progress.ts';
import type { Report } from './report.ts';
import type { Importer } from './importer.ts';

/** A file with its part of the mapping, and all that reading and writing it needs. */
export type FileJob = {
  csv: CsvFile;
  file: CompiledFile;
  importer: Importer;
  context: RowContext;
  resolver: LinkResolver;
  report: Report;
  progress: Progress;
  /** Fires when a person wants the import to stop. */
  signal?: AbortSignal;
};

export const batchSize = 500;

/** Rows of a file that stand for something, some hundred at a time, with how many were left out by the mapping. */
export async function* plannedRows(
  { csv, file, context, signal }: FileJob,
): AsyncGenerator<{ rows: PlannedRow[]; leftOut: number; read: number }> {
  let rows: PlannedRow[] = [];
  let leftOut = 0;
  let read = 0;
  for await (const some of csv.rows()) {
    for (const row of some) {
      const planned = planRow(row, file, context);
      read += 1;
      if (planned === 'leftOut') leftOut += 1;
      else if (planned !== 'blank') rows.push(planned);
      if (rows.length === batchSize) {
        if (signal?.aborted) throw new Stopped();
        yield { rows, leftOut, read };
        [rows, leftOut] = [[], 0];
      }
    }
  }
  if (signal?.aborted) throw new Stopped();
  if (rows.length > 0 || leftOut > 0) yield { rows, leftOut, read };
}

/** A person has stopped the import. */
export class Stopped extends Refusal {
  constructor() {
    super('Stopped.');
  }
}

export function importPermission({ noun }: CompiledFile): VerbPermission {
  return noun.noun === 'tag' ? 'tag.create' : `${noun.noun}.import` as VerbPermission;
}
