import { requireEqual } from './compare.ts';
import { contestants } from './contestants/index.ts';
import type { ContestantName, Running } from './contestants/contestant.ts';
import { type BenchDatabase, type Person, openCluster, personNamed, withClient } from './database.ts';
import { Observer } from './measure/backends.ts';
import { type BodyOf, Driver } from './measure/load.ts';
import { type Entry, measure } from './measure/rounds.ts';
import { type Options, readOptions } from './options.ts';
import { type Report, printTable, writeReport } from './report/report.ts';
import { workloads } from './workloads/index.ts';
import type { Asking, Samples, Variables, Workload } from './workloads/workload.ts';

const poolSize = 10;
const say = (line: string) => console.error(line);

const options = readOptions();
const cluster = await openCluster();
const running: Running[] = [];
try {
  const database = await cluster.fill(options.deals, options.workspaces);
  const person = await personNamed(database, 'manager');
  for (const contestant of contestants) {
    if (options.contestants.length > 0 && !options.contestants.includes(contestant.name)) continue;
    running.push(await contestant.start({ database, person, poolSize }));
  }
  await run(options, database, person);
} finally {
  await Promise.all(running.map((each) => each.stop()));
  await cluster.stop();
}

async function run(options: Options, database: BenchDatabase, person: Person): Promise<void> {
  const observer = await Observer.connect(database.superuserUrl);
  const samples = await findSamples(database);
  const reports: Report[] = [];
  const chosen = workloads.filter(({ name }) => options.workloads.length === 0 || options.workloads.includes(name));
  for (const workload of chosen) {
    say(`${workload.title} …`);
    const variants = workload.samples(samples).map((variables) => ({ workspaceId: person.workspaceId, ...variables }));
    const entries = running.flatMap((each): Entry[] => {
      const bodyOf = bodiesOf(workload, each.name, variants);
      return bodyOf ? [{ running: each, bodyOf }] : [];
    });
    if (!workload.isIncomparable) await compareAnswers(workload, entries, variants.length);
    const report = { workload, measured: await measure(entries, observer, options) };
    reports.push(report);
    printTable(report);
  }
  await observer.close();
  writeReport(options, reports);
}

/** What a contestant is sent for each of the samples; null when it has no part in the workload. */
function bodiesOf(workload: Workload, name: ContestantName, variants: Variables[]): BodyOf | null {
  const asking: Asking | undefined = name === 'floor' ? undefined : workload[name];
  if (name !== 'floor' && !asking) return null;
  const bodies = variants.map((variables) => JSON.stringify(asking
    ? { query: asking.query, variables: asking.variables ? asking.variables(variables) : variables }
    : { workload: workload.name, variables }));
  return (i) => bodies[i % bodies.length]!;
}

async function compareAnswers(workload: Workload, entries: Entry[], count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const answers = new Map<ContestantName, unknown>();
    for (const { running: one, bodyOf } of entries) {
      const parsed = JSON.parse(await new Driver(one, 1).ask(bodyOf(i))) as { data?: unknown };
      answers.set(one.name, parsed.data ?? parsed);
    }
    requireEqual(workload.name, answers);
  }
}

async function findSamples(database: BenchDatabase): Promise<Samples> {
  return withClient(database.superuserUrl, async (client) => {
    const { rows } = await client.query(
      `select
         (select array_agg(s.id order by s.id) from gatehouse.stage s join gatehouse.pipeline p
            on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
            where s.workspace_id = b.workspace_id and p.kind = 'DEAL' and s.status = 'OPEN') as "stageIds",
         (select array_agg(id order by id) from (
            select d.id from gatehouse.deal d join gatehouse.member o on o.workspace_id = d.workspace_id and o.id = d.owner_id
            where d.workspace_id = b.workspace_id and o.team_id = any (b.team_ids) and d.deleted_at is null
              and (select count(*) from gatehouse.activity a where a.workspace_id = d.workspace_id and a.deal_id = d.id) > 20
            order by d.id desc limit 20) d) as "dealIds"
       from bench.person b where b.name = 'manager'`);
    return rows[0] as Samples;
  });
}
