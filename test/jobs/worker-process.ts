/* A worker with the jobs of the tests, as a process of its own: killed, stopped and set back in time by its tests. */
import { readEnv } from '../../src/env.ts';
import { createLog } from '../../src/http/logging.ts';
import { startWorker } from '../../src/jobs/worker.ts';
import { createMailer } from '../../src/mail/create-mailer.ts';
import { watchForStop } from '../../src/watch-for-stop.ts';
import { testJobs, tick } from './test-jobs.ts';

const stop = watchForStop();
// For the tests of schedules: a clock that is wrong by so much.
const skew = Number(process.env.CLOCK_SKEW_SECONDS ?? 0) * 1_000;
if (skew !== 0) {
  const { now } = Date;
  Date.now = () => now() + skew;
}
const env = readEnv();
const worker = await startWorker({
  env, log: createLog(env), mailer: createMailer(env), jobs: testJobs, upkeep: process.env.WITH_TICKS ? [tick] : [], pollSeconds: 0.5,
  scheduleSeconds: 1,
});
stop.up();
console.log('working');
await stop.asked;
await worker.stop();
console.log('stopped');
