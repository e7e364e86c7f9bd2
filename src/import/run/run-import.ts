import { DatabaseUnavailableError } from '../../db/database.ts';
import { databaseFailure } from '../../db/database-failure.ts';
import { Refusal } from '../../refusal.ts';
import type { Services } from '../../services/context.ts';
import { LinkResolver } from '../links/resolve-links.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { readMapping } from '../mapping/read-mapping.ts';
import { checkFile } from './check-file.ts';
import { type Counts, addCounts, describeCounts, noCounts } from './counts.ts';
import { Stopped, type FileJob } from './file-job.ts';
import { type ImportRun, beginRun, endRun, fingerprintOf } from './import-run.ts';
import { type PreparedFile, prepareFiles } from './prepare.ts';
import { type Progress, number } from './progress.ts';
import { Report } from './report.ts';
import { type ImportingMember, Importer } from './importer.ts';
import { setUpPipelines } from './setup.ts';
import { writeFile } from './write-file.ts';

export type ImportOptions = {
  services: Services;
  member: ImportingMember;
  mappingPath: string;
  /** A folder, or one file. */
  place: string;
  isDryRun: boolean;
  isAllOrNothing: boolean;
  reportPath: string;
  progress: Progress;
  signal?: AbortSignal;
};

export type ImportOutcome =
  { counts: Counts; /** Whether anything that was written stays. */ isKept: boolean; report: Report };

/**
 * Imports files by a mapping, as a member.
 *
 * @throws Refusal in a sentence, when the import could not begin or could not end; running it again then goes on
 */
export async function runImport(options: ImportOptions): Promise<ImportOutcome> {
  const { services, member, mappingPath, place, isDryRun, isAllOrNothing, progress } = options;
  const mapping = await readMapping(mappingPath);
  const importer = new Importer(services, member);
  const { workspace } = await importer.principal();
  const files = await prepareFiles(mapping, place);
  for (const { name, description, rows } of await measure(files)) {
    progress.say(`${name}: ${description}, ${number(rows)} row${rows === 1 ? '' : 's'}`);
  }
  const { timeZone, locale, defaultCurrency: currency } = workspace;
  const context = { timeZone, locale, currency, now: services.now() };
  const report = new Report(options.reportPath);
  const importing = new Importing(options, mapping, files, report, context);
  try {
    if (!isDryRun && !isAllOrNothing) {
      return {
        counts: await importing.run(importer, await fingerprintOf([mappingPath, ...pathsOf(files)])), isKept: true,
        report,
      };
    }
    return await importer.inOne(async (one) => {
      const counts = await importing.run(one, null);
      const keep = !isDryRun && counts.refused === 0;
      return { result: { counts, isKept: keep, report }, keep };
    });
  } catch (error) {
    throw inASentence(error, importing.written, isDryRun || isAllOrNothing);
  } finally {
    progress.end();
    await report.close();
  }
}

const pathsOf = (files: readonly PreparedFile[]) => [...new Set(files.map(({ csv }) => csv.path))];

/** Reads every file once, so that one that is no text in its encoding is noticed before anything is written. */
async function measure(files: readonly PreparedFile[]): Promise<{ name: string; description: string; rows: number }[]> {
  const measured = new Map<string, { name: string; description: string; rows: number }>();
  for (const { csv } of files) {
    if (measured.has(csv.path)) continue;
    let rows = 0;
    for await (const some of csv.rows()) rows += some.length;
    measured.set(csv.path, { name: csv.name, description: csv.description, rows });
  }
  return [...measured.values()];
}

class Importing {
  /** Rows created or changed so far. */
  written = 0;
  readonly #options: ImportOptions;
  readonly #mapping: Mapping;
  readonly #files: readonly PreparedFile[];
  readonly #report: Report;
  readonly #context: FileJob['context'];

  constructor(
    options: ImportOptions, mapping: Mapping, files: readonly PreparedFile[], report: Report,
    context: FileJob['context'],
  ) {
    this.#options = options;
    this.#mapping = mapping;
    this.#files = files;
    this.#report = report;
    this.#context = context;
  }

  /** @param fingerprint of an import whose batches stay one by one; null where all is one transaction */
  async run(importer: Importer, fingerprint: string | null): Promise<Counts> {
    const { progress } = this.#options;
    const run = fingerprint === null ? null : await importer.work((work) => beginRun(work, fingerprint));
    if (run?.resumedFrom) {
      const begun = run.resumedFrom.toISOString();
      progress.say(`This import was begun ${begun} and did not end: it goes on behind what is here already.`);
    }
    const pipelines = this.#mapping.setup?.pipelines ?? [];
    for (const name of await importer.work((work) => setUpPipelines(work, pipelines))) {
      progress.say(`pipeline ${name}: created`);
    }
    const resolver = new LinkResolver();
    const all = noCounts();
    for (const { csv, file } of this.#files) {
      addCounts(all, await this.#importFile({ csv, file, importer, resolver }, run));
    }
    if (run) await importer.work((work) => endRun(work, run));
    return all;
  }

  async #importFile(
    { csv, file, importer, resolver }: Pick<FileJob, 'csv' | 'file' | 'importer' | 'resolver'>, run: ImportRun | null,
  ): Promise<Counts> {
    const { progress, signal } = this.#options;
    const job: FileJob = {
      csv, file, importer, resolver, context: this.#context, report: this.#report, progress, signal,
    };
    const what = `${file.noun.plural} from ${csv.name}`;
    progress.begin(`checking ${what}`);
    const checked = await checkFile(job);
    progress.begin(`writing ${what}`, checked.toWrite);
    const written = await writeFile(job, checked, run);
    const rate = checked.toWrite >= 1_000 ? `, ${number(progress.rate(checked.toWrite))} rows/s` : '';
    const counts = addCounts(checked.counts, written);
    this.written += written.created + written.updated;
    resolver.forget(file.noun.noun);
    progress.say(`${what}: ${describeCounts(counts)}${rate}`);
    return counts;
  }
}

/** What happened, and where that leaves the import. */
function inASentence(error: unknown, written: number, isOne: boolean): unknown {
  const left = isOne ? 'Nothing was written.' : 'What was written stays; the same command goes on from there.';
  if (error instanceof Stopped) return new Refusal(`Stopped. ${left}`);
  if (error instanceof DatabaseUnavailableError || databaseFailure(error) === 'unavailable') {
    return new Refusal(
      `The database cannot be reached any more: ${(error as Error).message.trim().split('\n').at(-1)} ${left}`);
  }
  if (error instanceof Refusal && written > 0) return new Refusal(`${error.message}\n${left}`);
  return error;
}
