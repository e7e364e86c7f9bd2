/* npm run upkeep: how what happens on a schedule goes. With the names of kinds behind `--`, runs those now. */
import { readArguments } from '../arguments.ts';
import type { Database } from '../db/database.ts';
import { upkeepRuns } from '../db/upkeep-runs.ts';
import { readEnv } from '../env.ts';
import { createLog } from '../http/logging.ts';
import { upkeep } from '../jobs/index.ts';
import { runUpkeep } from '../jobs/run-upkeep.ts';
import { Refusal, runProgram } from '../refusal.ts';
import { servicesOn } from '../services/services.ts';
import { withDatabase } from '../db/setup/with-database.ts';

const about = 'Shows how what happens on a schedule goes; runs at once the kinds that are named.';

await runProgram(async () => {
  const { positionals: kinds } = readArguments(about, 'npm run upkeep [-- <kind> …]', { allowPositionals: true });
  const unknown = kinds.filter((kind) => !upkeep.some((each) => each.kind === kind));
  if (unknown.length > 0) throw new Refusal(`There is no upkeep ${unknown.join(', ')}: npm run upkeep lists all.`);
  const env = readEnv();
  await withDatabase(env, 2, async (database) => {
    const context = {
      services: servicesOn(database, env), retention: env.retention, signal: new AbortController().signal,
      log: createLog({ logLevel: 'silent' }),
    };
    for (const each of upkeep.filter(({ kind }) => kinds.includes(kind))) await runUpkeep(each, context, true);
    console.log(await overview(database));
  });
});

async function overview(database: Database): Promise<string> {
  const runs = new Map((await upkeepRuns(database)).map((run) => [run.kind, run]));
  const when = (instant: Date | null | undefined) => instant?.toISOString().slice(0, 16) ?? 'never';
  return upkeep.map(({ kind, cron }) => {
    const run = runs.get(kind);
    const problem = !run || run.failures === 0 ? ''
      : `  failed ${run.failures} times since: ${run.reason}${run.deadAt ? ', given up until its next time' : ''}`;
    return `${kind.padEnd(30)}${cron.padEnd(14)}done ${when(run?.doneAt)}${problem}`;
  }).join('\n');
}
