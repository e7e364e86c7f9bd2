import { createHash } from 'node:crypto';
import { tagFieldProblems } from '../../services/tag/tag-fields.ts';
import { foldText } from '../links/find-records.ts';
import { OwnRows, isSelfLink } from '../links/own-rows.ts';
import type { CompiledFile } from '../rows/compile-file.ts';
import { identityOf } from '../rows/join-rows.ts';
import type { PlannedLink, PlannedRow } from '../rows/plan-row.ts';
import { type Counts, noCounts } from './counts.ts';
import { type FileJob, batchSize, importPermission, plannedRows } from './file-job.ts';
import type { Work } from './importer.ts';
import { notPermitted } from './write-batch.ts';

/** What the first pass found out about a file. */
export type CheckedFile = {
  /** Lines that are not to be written: refused, or the same as an earlier one. */
  skipped: ReadonlySet<number>;
  own: OwnRows;
  /** Names of tags that are missing and to be made, before rows are written. */
  newTags: readonly string[];
  counts: Counts;
  /** How many rows are to be written. */
  toWrite: number;
};

/** The first pass: everything about the rows that can be known before any of them is written. */
export async function checkFile(job: FileJob): Promise<CheckedFile> {
  return new Check(job).run();
}

class Check {
  readonly #job: FileJob;
  readonly #skipped = new Set<number>();
  readonly #counts = noCounts();
  readonly #own: OwnRows;
  readonly #seen = new Map<string, { line: number; content: string }>();
  /** Rows that link to rows of their own noun that have not been seen yet. */
  #open: { row: PlannedRow; links: PlannedLink[] }[] = [];
  readonly #newTags = new Map<string, string>();
  #toWrite = 0;
  #last: string | null = null;

  constructor(job: FileJob) {
    this.#job = job;
    this.#own = new OwnRows(job.file);
  }

  async run(): Promise<CheckedFile> {
    for await (const { rows, leftOut, read } of plannedRows(this.#job)) {
      this.#counts.leftOut += leftOut;
      await this.#check(rows);
      this.#job.progress.at(read);
    }
    await this.#checkOpen();
    this.#job.progress.end();
    return {
      skipped: this.#skipped, own: this.#own, newTags: [...this.#newTags.values()], counts: this.#counts,
      toWrite: this.#toWrite,
    };
  }

  async #check(rows: readonly PlannedRow[]): Promise<void> {
    const { importer, file, resolver } = this.#job;
    const noun = file.noun.noun;
    const fresh = rows.filter((row) => !this.#isRepeated(row));
    const others = fresh.map((row) => row.links.filter((link) => !isSelfLink(noun, link)));
    await importer.work(async (work) => {
      const permission = importPermission(file);
      const [, verb] = permission.split('.') as [never, never];
      if (!work.principal.profile.reachOf(noun, verb)) {
        for (const row of fresh) row.problems.push(notPermitted(permission));
      }
      await resolver.resolve(work, noun, fresh, others);
      for (const row of fresh.filter(({ problems }) => problems.length === 0)) this.#noteNewTags(work, row);
    });
    for (const row of fresh) {
      if (row.problems.length > 0) {
        await this.#refuse(row);
        continue;
      }
      this.#toWrite += 1;
      this.#own.add(row);
      const links = row.links.filter((link) => isSelfLink(noun, link) && this.#own.linesOf(link).length === 0);
      if (links.length > 0) this.#open.push({ row: { ...row, input: {} }, links });
    }
  }

  /** Tags that a row names and that are missing: whether they can be made is known before anything is written. */
  #noteNewTags({ principal }: Work, row: PlannedRow): void {
    for (const { text, link, origin } of row.toMake) {
      if (!principal.profile.reachOf('tag', 'create')) row.problems.push({ ...notPermitted('tag.create'), ...origin });
      row.problems.push(
        ...tagFieldProblems({ name: text }, true).map(({ code, message }) => ({ ...origin, code, reason: message })));
      const folded = foldText(link.by, text);
      if (row.problems.length === 0 && !this.#newTags.has(folded)) this.#newTags.set(folded, text);
    }
  }

  /** Of rows that stand for the same record the first counts; others are refused, unless the mapping expects them. */
  #isRepeated(row: PlannedRow): boolean {
    const { file } = this.#job;
    const identity = identityOf(file, row);
    if (identity === null) return false;
    const followsItsLike = file.isByEntries && identity === this.#last;
    this.#last = identity;
    if (followsItsLike) return false;
    const content = file.isDistinct ? contentOf(row) : '';
    const first = this.#seen.get(identity);
    if (!first) {
      this.#seen.set(identity, { line: row.line, content });
      return false;
    }
    if (file.isDistinct && first.content === content) {
      this.#counts.repeated += 1;
      this.#skipped.add(row.line);
      return true;
    }
    const what = row.key === null ? `${file.matchBy} "${identity.slice(1)}"` : `key "${row.key}"`;
    row.problems.push({
      column: null, field: row.key === null ? file.matchBy : 'key', value: identity.slice(1), code: 'REPEATED',
      ...repetition(file, what, first.line),
    });
    return false;
  }

  /** Links to rows of the file that never came lead to records that are here, or nowhere. */
  async #checkOpen(): Promise<void> {
    const { importer, file, resolver } = this.#job;
    const open = this.#open.map(({ row, links }) => ({
      row, links: links.filter((link) => this.#own.linesOf(link).length === 0),
    }))
      .filter(({ links }) => links.length > 0);
    for (let at = 0; at < open.length; at += batchSize) {
      const some = open.slice(at, at + batchSize);
      await importer.work((work) => resolver.resolve(
        work, file.noun.noun, some.map(({ row }) => row), some.map(({ links }) => links)));
      for (const { row } of some) {
        if (row.problems.length === 0) continue;
        this.#toWrite -= 1;
        await this.#refuse(row);
      }
    }
  }

  async #refuse(row: PlannedRow): Promise<void> {
    this.#counts.refused += 1;
    this.#skipped.add(row.line);
    this.#own.settle(row.line, 'refused');
    await this.#job.report.tell(this.#job.csv.name, row);
  }
}

function repetition(
  { isDistinct, isByEntries }: CompiledFile, what: string, line: number,
): { reason: string; suggestion: string } {
  if (isByEntries) {
    return {
      reason: `The ${what} stands in line ${line} already, with others between.`,
      suggestion: 'Sort the file by the key: rows of one record follow each other.',
    };
  }
  if (isDistinct) {
    return {
      reason: `The row has the ${what} of line ${line}, and other values.`,
      suggestion: 'Take only columns that agree for the same record.',
    };
  }
  return {
    reason: `The ${what} stands in line ${line} already.`,
    suggestion:
      'If these rows stand for one record, say "distinct": true; if not, add columns to the key with a template.',
  };
}

function contentOf({ input, links }: PlannedRow): string {
  const named = links.map(({ path, text, pipeline }) => [path, text, pipeline?.text]);
  const text = JSON.stringify([input, named], (_name, value: unknown) => (
    typeof value === 'bigint' ? String(value) : value));
  return createHash('sha256').update(text).digest('base64');
}
