import { requireEqual } from './compare.ts';
import { contestants } from './contestants/index.ts';
import { type Field, entriesOf, findSamples, registerDocuments } from './entries.ts';
import { type BenchDatabase, type Cluster, openCluster, personNamed } from './database.ts';
import { runGate } from './gate.ts';
import { measureGrowth } from './growth.ts';
import { Observer } from './measure/backends.ts';
import { Driver, type Entry } from './measure/load.ts';
import { measure } from './measure/rounds.ts';
import { type Options, readOptions } from './options.ts';
import { type Report, printTable, writeReport } from './report/report.ts';
import { printTargets } from './report/targets.ts';
import { workloads } from './workloads/index.ts';

const say = (line: string) => console.error(line);

const options = readOptions();
const cluster = await openCluster();
let isGood = true;
try {
  if (options.gate) isGood = await runGate(cluster, options.write);
  else if (options.growth) await measureGrowth(options, cluster);
  else await compare(options, cluster);
} finally {
  await cluster.stop();
}
process.exit(isGood ? 0 : 1);

async function compare(options: Options, cluster: Cluster): Promise<void> {
  const database = await cluster.fill(options.deals, options.workspaces);
  const field = await startAll(options, database);
  try {
    const chosen = workloads.filter(({ name }) => options.workloads.length === 0 || options.workloads.includes(name));
    const reports = await runAll(options, database, field, chosen);
    printTargets(reports);
    writeReport(options, reports);
  } finally {
    await Promise.all([...field.running.values()].map((each) => each.stop()));
  }
}

async function startAll(options: Options, database: BenchDatabase): Promise<Field> {
  const person = await personNamed(database, 'manager');
  const poolSize = 10;
  const field: Field = { running: new Map(), person, sharer: await personNamed(database, 'sharer') };
  for (const contestant of contestants) {
    if (!options.contestants.includes(contestant.name)) continue;
    field.running.set(contestant.name, await contestant.start({ database, person, poolSize }));
  }
  return field;
}

async function runAll(
  options: Options, database: BenchDatabase, field: Field, chosen: typeof workloads,
): Promise<Report[]> {
  const observer = await Observer.connect(database.superuserUrl);
  await registerDocuments(database, chosen);
  const samples = await findSamples(database);
  const reports: Report[] = [];
  for (const workload of chosen) {
    say(`${workload.title} …`);
    const entries = await entriesOf(workload, field, samples);
    if (!workload.isIncomparable) await compareAnswers(workload.name, entries);
    const report = { workload, measured: await measure(entries, observer, options) };
    reports.push(report);
    printTable(report);
  }
  await observer.close();
  return reports;
}

/**
 * The first twenty requests (fewer where somebody is slow) must be answered alike by all, but for who sees more: he has
 * shares.
 */
async function compareAnswers(workload: string, entries: Entry[]): Promise<void> {
  const alike = entries.filter(({ label }) => !label.endsWith('with shares'));
  const end = Date.now() + 10_000;
  for (let i = 0; i < 20 && Date.now() < end; i += 1) {
    const answers = await Promise.all(alike.map(async (entry) => {
      const parsed = JSON.parse(await new Driver(entry, 1).ask(entry.bodyOf(i))) as { data?: unknown };
      return [entry.label, parsed.data ?? parsed] as const;
    }));
    requireEqual(workload, answers);
  }
}
