import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { floor } from './contestants/floor.ts';
import { gatehouse } from './contestants/gatehouse.ts';
import { type Cluster, personNamed } from './database.ts';
import { type Field, entriesOf, findSamples } from './entries.ts';
import { Observer } from './measure/backends.ts';
import { type Measured, measure, ratio } from './measure/rounds.ts';
import { workloads } from './workloads/index.ts';

/** What a call of Gatehouse takes. `ratio` is its CPU as a multiple of the floor's in the same run. */
type Taken = { statements: number; buffers: number; ratio: number };
type Baseline = Record<string, Taken>;

const file = path.join(import.meta.dirname, 'gate.json');
const watched = ['board', 'newest', 'list', 'record', 'contacts', 'contacts-50', 'summary', 'search', 'move'];
/** Moves write, and what writing touches depends on what was written before. */
const withoutBuffers = ['move'];
/** Samples differ a little, and runs do not begin with the same one. */
const moreStatements = 0.5;
const moreBuffers = 1.15;
const moreTime = 1.3;
const timeRuns = 3;
const short = { rounds: 3, roundSeconds: 0.25, warmUpSeconds: 0.5, clients: 4 };

/**
 * Holds what Gatehouse takes against what it took when gate.json was written. Statements may not be more, buffers
 * hardly; the time only counts when it is longer by 30 % in three of three runs.
 *
 * @returns whether all of it holds
 */
export async function runGate(cluster: Cluster, isWriting: boolean): Promise<boolean> {
  const database = await cluster.fill(10_000, 50);
  const observer = await Observer.connect(database.superuserUrl);
  const person = await personNamed(database, 'manager');
  const field: Field = { running: new Map(), person, sharer: person };
  try {
    for (const contestant of [floor, gatehouse]) {
      field.running.set(contestant.name, await contestant.start({ database, person, poolSize: 4 }));
    }
    const runs = [await takeAll(watched)];
    if (isWriting) return write(runs[0]!);
    const baseline = JSON.parse(readFileSync(file, 'utf8')) as Baseline;
    for (let run = 1; run < timeRuns; run += 1) {
      const slow = slowOnes(runs.at(-1)!, baseline);
      if (slow.length > 0) runs.push(await takeAll(slow));
    }
    const problems = problemsOf(runs, baseline);
    console.log(problems.length > 0 ? problems.join('\n') : `Nothing takes more than it did: ${watched.join(', ')}.`);
    return problems.length === 0;
  } finally {
    await observer.close();
    await Promise.all([...field.running.values()].map((each) => each.stop()));
  }

  async function takeAll(names: readonly string[]): Promise<Baseline> {
    const taken: Baseline = {};
    for (const workload of workloads.filter(({ name }) => names.includes(name))) {
      const entries = await entriesOf({ ...workload, also: [] }, field, await findSamples(database));
      const [byHand, ours] = await measure(entries, observer, short) as [Measured, Measured];
      taken[workload.name] = {
        statements: ours.statementsPerCall, buffers: Math.round(ours.buffersPerCall),
        ratio: Number(ratio(ours, byHand).toFixed(2)),
      };
    }
    return taken;
  }
}

function write(taken: Baseline): boolean {
  writeFileSync(file, `${JSON.stringify(taken, null, 2)}\n`);
  console.log(`Written to ${path.relative(process.cwd(), file)}.`);
  return true;
}

function slowOnes(run: Baseline, baseline: Baseline): string[] {
  return Object.keys(run).filter((name) => run[name]!.ratio > (baseline[name]?.ratio ?? Infinity) * moreTime);
}

function problemsOf(runs: readonly Baseline[], baseline: Baseline): string[] {
  const [first] = runs;
  return watched.flatMap((name) => {
    const [now, then] = [first![name]!, baseline[name]];
    if (!then) return [`${name}: gate.json does not know it; npm run bench -- --gate --write`];
    const isSlow = runs.length === timeRuns
      && runs.every((run) => run[name] && slowOnes({ [name]: run[name] }, baseline).length > 0);
    return [
      ...(now.statements > then.statements + moreStatements
      ? [`${name}: ${now.statements} statements a call, it was ${then.statements}`] : []),
      ...(now.buffers > then.buffers * moreBuffers + 10 && !withoutBuffers.includes(name)
        ? [`${name}: ${now.buffers} buffers a call, it was ${then.buffers}`] : []),
      ...(isSlow ? [
        `${name}: ${runs.map((run) => run[name]!.ratio).join(', ')} times the floor's CPU, it was ${then.ratio}`,
      ] : []),
    ];
  });
}
