/* npm run worker: runs jobs and serves nobody. As many of them as there is work for. */
import { readArguments } from './arguments.ts';
import { openDatabase } from './db/setup/open-database.ts';
import { readEnv } from './env.ts';
import { createLog } from './http/logging.ts';
import { startWorker } from './jobs/worker.ts';
import { createMailer } from './mail/create-mailer.ts';
import { runProgram } from './refusal.ts';
import { watchForStop } from './watch-for-stop.ts';

await runProgram(async () => {
  readArguments('Runs jobs and serves nobody; docs/configuration.md has its settings.', 'npm run worker', {});
  const stop = watchForStop();
  const env = readEnv();
  const database = await openDatabase(env, (line) => console.error(line));
  try {
    const log = createLog(env);
    const worker = await startWorker({ env: { ...env, databaseUrl: database.url }, log, mailer: createMailer(env) });
    try {
      stop.up();
      log.info('working');
      await stop.asked;
    } finally {
      await worker.stop();
    }
  } finally {
    await database.close();
  }
});
