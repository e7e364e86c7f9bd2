import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from '../../src/db/database.ts';
import { defineJob } from '../../src/jobs/define-job.ts';
import type { Upkeep } from '../../src/jobs/upkeep.ts';
import type { World } from '../support/world.ts';

/*
 * Jobs whose effects can be counted, for workers in this process and in others. They write into a table that only tests
 * have.
 */
export async function makeEffectTable(world: World): Promise<void> {
  await world.rows(`create table effect (
    id uuid not null, kind text not null, pid int not null, at timestamptz not null default clock_timestamp())`);
  await world.rows('grant select, insert on effect to gatehouse_app');
}

function note(tx: Transaction, id: string, kind: string): Promise<number> {
  return tx.$executeRawUnsafe(
    'insert into gatehouse.effect (id, kind, pid) values ($1::uuid, $2, $3)', id, kind, process.pid);
}

const settings = { ids: ['recordId'], as: 'system', grants: [] } as const;

/** Its effect and its end are one transaction. */
export const count = defineJob({
  ...settings, kind: 'test.count', async run({ transaction }, { recordId }) {
    await note(transaction, recordId, 'count');
  },
});

/** The same, and it takes its time. */
export const countSlowly = defineJob({
  ...settings, kind: 'test.countSlowly', async run({ transaction }, { recordId }) {
    await sleep(400);
    await note(transaction, recordId, 'countSlowly');
  },
});

/** Has its effect outside, as a mail has: nothing can undo it. */
export const deliver = defineJob({
  ...settings, kind: 'test.deliver', lane: 'deliver', async run({ services: { database }, principal }, { recordId }) {
    await sleep(20);
    await database.transaction(principal.workspace.id, (tx) => note(tx, recordId, 'deliver'));
  },
});

/** Begins, and goes on until it is told to stop. */
export const hang = defineJob({
  ...settings, kind: 'test.hang', lane: 'deliver',
  async run({ services: { database }, principal, signal, job }, { recordId }) {
    await database.transaction(principal.workspace.id, (tx) => note(tx, recordId, 'hang'));
    if (job.attempt === 1) await sleep(600_000, undefined, { signal });
  },
});

export const testJobs = [count, countSlowly, deliver, hang];

/** Once a minute. */
export const tick: Upkeep = {
  kind: 'test.tick', cron: '* * * * *', async run({ services: { database } }) {
    await database.call({
      text: `insert into gatehouse.effect (id, kind, pid, at)
        values (gen_random_uuid(), 'tick', $1, gatehouse_jobs.job_now())`,
      values: [process.pid],
    });
  },
};
