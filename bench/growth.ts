import { gatehouse } from './contestants/gatehouse.ts';
import type { Running } from './contestants/contestant.ts';
import { type BenchDatabase, type Cluster, type Person, personNamed } from './database.ts';
import { entriesOf, findSamples } from './entries.ts';
import { Observer } from './measure/backends.ts';
import { Driver, type Entry } from './measure/load.ts';
import { measure, medianOf } from './measure/rounds.ts';
import { memoryMegabytes } from './measure/system.ts';
import type { Options } from './options.ts';
import { type Report, printTable, writeReport } from './report/report.ts';
import { workloads } from './workloads/index.ts';
import type { Workload } from './workloads/workload.ts';

type Size = { label: string; deals: number; workspaces: number };
type Place = { label: string; database: BenchDatabase; running: Running; person: Person };

const number = new Intl.NumberFormat('en');
const poolSize = 10;

/** Gatehouse alone, on more and more data, workspaces and clients, and over many requests: what must stay flat. */
export async function measureGrowth(options: Options, cluster: Cluster): Promise<void> {
  const byDeals = [...new Set([1_000, 10_000, 100_000, options.deals])].filter((deals) => deals <= options.deals)
    .map((deals): Size => ({ label: `${number.format(deals)} deals`, deals, workspaces: options.workspaces }));
  const byWorkspaces = [1, 50, 200]
    .map((workspaces): Size => ({ label: `${workspaces} workspaces`, deals: 10_000, workspaces }));
  const reports = [
    ...await onPlaces(cluster, byDeals, (places) => acrossPlaces(options, places, [
      'newest', 'list', 'record', 'contacts-50', 'move',
    ])),
    ...await onPlaces(cluster, byWorkspaces, (places) => acrossPlaces(options, places, ['newest', 'list'])),
    ...await onPlaces(
      cluster, [{ label: 'gatehouse', deals: options.deals, workspaces: options.workspaces }], async ([place]) => {
        const found = await acrossClients(options, place!);
        await watchMemory(options, place!);
        return found;
      }),
  ];
  writeReport(options, reports);
}

async function onPlaces(
  cluster: Cluster, sizes: Size[], work: (places: Place[]) => Promise<Report[]>,
): Promise<Report[]> {
  const places: Place[] = [];
  try {
    for (const { label, deals, workspaces } of sizes) {
      const database = await cluster.fill(deals, workspaces);
      const person = await personNamed(database, 'manager');
      places.push({ label, database, person, running: await gatehouse.start({ database, person, poolSize }) });
    }
    return await work(places);
  } finally {
    await Promise.all(places.map(({ running }) => running.stop()));
  }
}

/** The same workload on each of the places, in turn. The first is the one that the others are held against. */
async function acrossPlaces(options: Options, places: Place[], names: string[]): Promise<Report[]> {
  const observer = await Observer.connect(places[0]!.database.superuserUrl);
  const reports: Report[] = [];
  for (const workload of workloads.filter(({ name }) => names.includes(name))) {
    const entries = (await Promise.all(places.map((place) => entryAt(workload, place))))
      .filter((entry) => entry !== null);
    reports.push(await report(workload, entries, observer, options));
  }
  await observer.close();
  return reports;
}

/** Null where there is too little data for the workload: no fiftieth page. */
async function entryAt(workload: Workload, { label, database, running, person }: Place): Promise<Entry | null> {
  const samples = await findSamples(database);
  if (workload.name === 'contacts-50' && !samples.contactBeforePage50) return null;
  const field = { running: new Map([['gatehouse', running] as const]), person, sharer: person };
  const [entry] = await entriesOf({ ...workload, also: [] }, field, samples);
  return { ...entry!, label };
}

async function acrossClients(options: Options, place: Place): Promise<Report[]> {
  const observer = await Observer.connect(place.database.superuserUrl);
  const workload = workloads.find(({ name }) => name === 'list')!;
  const entry = (await entryAt(workload, place))!;
  const measured = [];
  for (const clients of [1, 10, 100]) {
    measured.push(...await measure([{ ...entry, label: `${clients} clients` }], observer, { ...options, clients }));
  }
  await observer.close();
  const found = { workload: { ...workload, title: `${workload.title}, by the number of clients` }, measured };
  printTable(found);
  return [found];
}

async function report(workload: Workload, entries: Entry[], observer: Observer, options: Options): Promise<Report> {
  const found = { workload, measured: await measure(entries, observer, options) };
  printTable(found);
  const totals = found.measured.map((each) => medianOf(each, 'totalMs'));
  console.log(`  most ÷ least CPU: ${(Math.max(...totals) / Math.min(...totals)).toFixed(2)}`);
  return found;
}

/** Memory after each tenth of many requests. */
async function watchMemory({ requests }: Options, place: Place): Promise<void> {
  const entry = (await entryAt(workloads.find(({ name }) => name === 'list')!, place))!;
  const driver = new Driver(entry, 10);
  const memory: number[] = [];
  for (let tenth = 0; tenth < 10; tenth += 1) {
    await Promise.all(Array.from({ length: 10 }, async () => {
      for (let i = 0; i < requests / 100; i += 1) await driver.next();
    }));
    memory.push(memoryMegabytes(place.running.pid).now);
  }
  driver.close();
  console.log(`\nMemory after each tenth of ${number.format(requests)} lists, ÷ after the first: `
    + memory.map((each) => (each / memory[0]!).toFixed(2)).join(' '));
}
