/* A worker with the jobs of the tests, as a process of its own: killed, stopped and set back in time by its tests. */
import { readEnv } from '../../src/env.ts';
import { createLog } from '../../src/http/logging.ts';
import { jobs } from '../../src/jobs/index.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { createMailer } from '../../src/mail/create-mailer.ts';
import { watchForStop } from '../../src/watch-for-stop.ts';
import { killAt } from './kill-at.ts';
import { setClock } from './set-clock.ts';
import { testJobs, tick } from './test-jobs.ts';

const stop = watchForStop();
// For the tests of schedules: a clock that is wrong by so much, that runs faster, that jumps to and fro.
setClock(process.env);
// For the tests of kills: so many statements after it has claimed a job, before it sends the next.
if (process.env.KILL_AT) killAt(Number(process.env.KILL_AT));
const env = readEnv();
const worker = await startWorker({
  env, log: createLog(env), mailer: createMailer(env), jobs: [...jobs, ...testJobs],
  upkeep: process.env.WITH_TICKS ? [tick] : [], pollSeconds: 0.5, scheduleSeconds: 1,
});
stop.up();
console.log('working');
await stop.asked;
await worker.stop();
console.log('stopped');
