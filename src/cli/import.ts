/* npm run import: CSV files into a workspace, as one of its members, by a mapping. docs/import.md says how. */
import path from 'node:path';
import { readArguments } from '../arguments.ts';
import { normaliseEmail } from '../auth/email.ts';
import { uuidv7 } from '../db/uuid.ts';
import { readDatabaseEnv } from '../env.ts';
import { describeCounts } from '../import/run/counts.ts';
import { Progress } from '../import/run/progress.ts';
import { runImport } from '../import/run/run-import.ts';
import { Refusal, runProgram } from '../refusal.ts';
// The schema says which field group a column belongs to, by whatever door it is written.
import '../schema/index.ts';
import { withDatabase } from '../db/setup/with-database.ts';

const usage = `npm run import -- --workspace acme --as a@b.example --mapping mapping.json <folder or file>
  [--dry-run] [--all-or-nothing] [--report refused.csv]`;

const about = `Reads CSV files into a workspace, as one of its members. docs/import.md says how to write a mapping.

  --workspace       the workspace's slug
  --as              the address of the member who imports; everything is done with this member's rights
  --mapping         the mapping, a JSON file
  --dry-run         says what would happen and writes nothing
  --all-or-nothing  writes nothing at all if any row is refused
  --report          where is written down what was refused; JSON lines if the name ends with .jsonl

It ends with 0 when all is well, 2 when something was refused, 1 when it could not begin or go on.`;

await runProgram(async () => {
  const options = readOptions();
  const startedAt = performance.now();
  return withDatabase(readDatabaseEnv(), 2, async (database) => {
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
    process.once('disconnect', () => stop.abort());
    process.channel?.unref();
    const services = { database, now: () => new Date(), newId: uuidv7, cursorSecret: '' };
    const progress = new Progress(process.stderr);
    const { counts, isKept, report } = await runImport({ services, progress, signal: stop.signal, ...options });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${headline(options, isKept)} in ${seconds} s: ${describeCounts(counts)}.`);
    if (report.count > 0) console.log(`What was refused or not taken stands in ${report.path}`);
    return counts.refused + counts.notTaken > 0 ? 2 : 0;
  });
});

type Options = ReturnType<typeof readOptions>;

function headline({ isDryRun }: Options, isKept: boolean): string {
  if (isDryRun) return 'Tried, nothing written,';
  return isKept ? 'Done' : 'Nothing was written, because rows were refused,';
}

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = readArguments(about, usage, {
    allowPositionals: true,
    options: { workspace: text, as: text, mapping: text, report: text, 'dry-run': flag, 'all-or-nothing': flag },
  });
  const [place, ...more] = positionals;
  const missing = [
    ...(['workspace', 'as', 'mapping'] as const).filter((name) => !values[name]).map((name) => `--${name}`),
    ...(place === undefined ? ['a folder or file'] : []),
  ];
  if (missing.length > 0) {
    throw new Refusal(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing:\n${usage}`);
  }
  if (more.length > 0) throw new Refusal(`One folder or file at a time, not ${positionals.join(' ')}:\n${usage}`);
  return {
    member: { workspace: values.workspace!.trim().toLowerCase(), email: normaliseEmail(values.as!) ?? values.as! },
    mappingPath: fromHere(values.mapping!), place: fromHere(place!),
    reportPath: fromHere(values.report ?? usualReport()),
    isDryRun: values['dry-run'] ?? false, isAllOrNothing: values['all-or-nothing'] ?? false,
  };
}

function usualReport(): string {
  return `import-refused-${new Date().toISOString().replace(/[:.]/g, '-').slice(0, 19)}.csv`;
}

/** npm runs programs in the project's folder; paths are meant from where the person is. */
function fromHere(file: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), file);
}
