import { isSelfLink } from '../links/own-rows.ts';
import type { PlannedRow } from '../rows/plan-row.ts';
import type { Problem } from '../rows/problem.ts';
import type { CheckedFile } from './check-file.ts';
import { type Counts, addCounts, noCounts } from './counts.ts';
import { type FileJob, batchSize, plannedRows } from './file-job.ts';
import { type ImportRun, addToRun } from './import-run.ts';
import { writeBatch } from './write-batch.ts';

/**
 * The second pass: writes the rows that the first has let through, in batches that are one transaction each. Rows that
 * link to rows of the same file wait for these; the file is then read again until none is left.
 */
export async function writeFile(job: FileJob, checked: CheckedFile, run: ImportRun | null): Promise<Counts> {
  return new Writing(job, checked, run).run();
}

type Round = { written: number; waiting: number };

class Writing {
  readonly #job: FileJob;
  readonly #checked: CheckedFile;
  readonly #run: ImportRun | null;
  readonly #counts = noCounts();
  /** Lines that are done with; kept only where rows may have to wait. */
  readonly #settled = new Set<number>();
  #batch: PlannedRow[] = [];
  #done = 0;

  constructor(job: FileJob, checked: CheckedFile, run: ImportRun | null) {
    this.#job = job;
    this.#checked = checked;
    this.#run = run;
  }

  async run(): Promise<Counts> {
    let round: Round;
    do {
      round = await this.#round(false);
    } while (round.waiting > 0 && round.written > 0);
    // What still waits, waits for itself.
    if (round.waiting > 0) await this.#round(true);
    this.#job.progress.end();
    return this.#counts;
  }

  async #round(isLast: boolean): Promise<Round> {
    const before = this.#done;
    let waiting = 0;
    for await (const { rows } of plannedRows(this.#job)) {
      for (const row of rows) {
        if (this.#checked.skipped.has(row.line) || this.#settled.has(row.line)) continue;
        const decision = this.#decide(row, isLast);
        if (decision === 'wait') {
          waiting += 1;
          continue;
        }
        if (decision !== 'write') row.problems.push(decision);
        this.#batch.push(row);
        if (this.#batch.length === batchSize) await this.#flush();
      }
    }
    await this.#flush();
    return { written: this.#done - before, waiting };
  }

  /** Whether the rows that this one links to are written. */
  #decide(row: PlannedRow, isLast: boolean): 'write' | 'wait' | Problem {
    const { own } = this.#checked;
    if (!own.isNeeded) return 'write';
    for (const planned of row.links.filter((link) => isSelfLink(this.#job.file.noun.noun, link))) {
      const lines = own.linesOf(planned);
      if (lines.some((line) => own.standingOf(line) === 'open')) {
        if (!isLast) return 'wait';
        return {
          ...planned.origin, code: 'CIRCLE', reason: `The row links to itself, over line ${lines.filter((line) => own.standingOf(line) === 'open').join(', ')}.`,
          suggestion: 'Break the circle in the file.',
        };
      }
    }
    return 'write';
  }

  async #flush(): Promise<void> {
    const { session, file, resolver, report, csv, progress } = this.#job;
    const rows = this.#batch;
    this.#batch = [];
    if (rows.length === 0) return;
    const noun = file.noun.noun;
    const counts = await session.work(async (work) => {
      await resolver.resolve(work, noun, rows);
      const batch = noCounts();
      const sound = rows.filter(({ problems }) => problems.length === 0);
      batch.refused += rows.length - sound.length;
      for (const { fate } of await writeBatch(work, file, sound)) batch[fate] += 1;
      if (this.#run) await addToRun(work, this.#run, batch);
      return batch;
    });
    resolver.forget(noun);
    addCounts(this.#counts, counts);
    for (const row of rows) {
      if (this.#checked.own.isNeeded) {
        this.#settled.add(row.line);
        this.#checked.own.settle(row.line, row.problems.length === 0 ? 'written' : 'refused');
      }
      if (row.problems.length > 0) await report.tell(csv.name, row.line, row.key, row.problems);
    }
    this.#done += rows.length;
    progress.at(this.#done);
  }
}
