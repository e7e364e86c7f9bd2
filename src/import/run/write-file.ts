import { createTag } from '../../services/tag/create-tag.ts';
import { isSelfLink } from '../links/own-rows.ts';
import { identityOf, joinRows } from '../rows/join-rows.ts';
import { mergeRepeated } from '../rows/entries.ts';
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
  readonly #underWay = new Set<Promise<void>>();
  readonly #failures: unknown[] = [];
  /**
   * Two transactions at a time keep database and program busy; rows that wait for others, and one transaction, take
   * one.
   */
  readonly #lanes: number;
  #batch: PlannedRow[] = [];
  #done = 0;

  constructor(job: FileJob, checked: CheckedFile, run: ImportRun | null) {
    this.#job = job;
    this.#checked = checked;
    this.#run = run;
    this.#lanes = job.importer.isOne || checked.own.isNeeded ? 1 : 2;
  }

  async run(): Promise<Counts> {
    await this.#makeTags();
    let round: Round;
    do {
      round = await this.#round(false);
    } while (round.waiting > 0 && round.written > 0);
    // What still waits, waits for itself.
    if (round.waiting > 0) await this.#round(true);
    this.#job.progress.end();
    return this.#counts;
  }

  /** In a transaction before all others: batches that are under way at the same time find the same tags. */
  async #makeTags(): Promise<void> {
    const { newTags } = this.#checked;
    const { importer, resolver, progress } = this.#job;
    if (newTags.length === 0) return;
    const inputs = newTags.map((name) => ({ name }));
    const made = await importer.work(({ services }) => createTag.runBatch(services, inputs));
    resolver.forget('tag');
    progress.say(`tags: ${made.filter(({ recordId }) => recordId !== null).length} created`);
  }

  async #round(isLast: boolean): Promise<Round> {
    const before = this.#done;
    let waiting: number;
    try {
      waiting = await this.#readRound(isLast);
    } finally {
      // Also when reading fails: what was begun is done before anybody hears of it.
      await Promise.all(this.#underWay);
    }
    if (this.#failures.length > 0) throw this.#failures[0];
    return { written: this.#done - before, waiting };
  }

  /** @returns how many rows have to wait for the next round */
  async #readRound(isLast: boolean): Promise<number> {
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
        if (this.#joins(row)) continue;
        if (this.#batch.length === batchSize) await this.#flush();
        this.#batch.push(row);
      }
    }
    await this.#flush();
    return waiting;
  }

  /** Makes a row part of the one before, where both stand for the same record. */
  #joins(row: PlannedRow): boolean {
    const { file } = this.#job;
    const before = this.#batch.at(-1);
    if (!file.isByEntries || !before || identityOf(file, before) !== identityOf(file, row)) return false;
    joinRows(before, row);
    return true;
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
          ...planned.origin, code: 'CIRCLE', reason:
            `The row links to itself, over line ${lines.filter((line) => own.standingOf(line) === 'open').join(', ')}.`,
          suggestion: 'Break the circle in the file.',
        };
      }
    }
    return 'write';
  }

  /** Hands the batch over to be written; at most `#lanes` are under way at a time. */
  async #flush(): Promise<void> {
    const rows = this.#batch;
    this.#batch = [];
    if (rows.length === 0) return;
    const writing: Promise<void> = this.#write(rows)
      .catch((error: unknown) => { this.#failures.push(error); })
      .finally(() => this.#underWay.delete(writing));
    this.#underWay.add(writing);
    while (this.#underWay.size >= this.#lanes) await Promise.race(this.#underWay);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #write(rows: PlannedRow[]): Promise<void> {
    const { importer, file, resolver, report, csv, progress } = this.#job;
    const { own } = this.#checked;
    const counts = await importer.work(async (work) => {
      await resolver.resolve(work, file.noun.noun, rows.filter(({ problems }) => problems.length === 0));
      const sound = rows.filter(({ problems }) => problems.length === 0);
      for (const row of sound) mergeRepeated(row, file.noun);
      const batch = { ...noCounts(), refused: sizeOf(rows) - sizeOf(sound) };
      for (const { row, fate } of await writeBatch(work, file, sound)) {
        batch[fate] += fate === 'refused' ? row.size : 1;
        batch.joined += fate === 'refused' ? 0 : row.size - 1;
      }
      batch.notTaken = sum(sound.filter(({ problems }) => problems.length === 0), ({ notTaken }) => notTaken.length);
      if (this.#run) await addToRun(work, this.#run, batch);
      return batch;
    });
    addCounts(this.#counts, counts);
    if (own.isNeeded) resolver.forget(file.noun.noun);
    for (const row of rows) {
      if (own.isNeeded) {
        this.#settled.add(row.line);
        own.settle(row.line, row.problems.length === 0 ? 'written' : 'refused');
      }
      await report.tell(csv.name, row);
    }
    this.#done += sizeOf(rows);
    progress.at(this.#done);
  }
}

/** Rows of the file. */
function sizeOf(rows: readonly PlannedRow[]): number {
  return sum(rows, ({ size }) => size);
}

function sum(rows: readonly PlannedRow[], of: (row: PlannedRow) => number): number {
  return rows.reduce((all, row) => all + of(row), 0);
}
