import { type Retries, insertJobs } from '../../db/job-rows.ts';
import { command, done, refused, unchanged } from '../command.ts';
import { invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';

type DecideDeadJobInput = { id: string; version: number };

/** Puts a dead job into the queue again, with all its tries, as soon as nothing stands in its way any more. */
export const replayJob = decision('replay', 'REPLAYED');

/** Says that a dead job has been dealt with otherwise. */
export const dismissJob = decision('dismiss', 'DISMISSED');

function decision(act: string, state: 'REPLAYED' | 'DISMISSED') {
  return command<DecideDeadJobInput>('job.update', async (context, input) => {
    const { tx, services, now } = context;
    const mayUpdate = { AND: [reachable(context), { id: input.id }] };
    const before = await tx.deadJob.findFirst({ where: mayUpdate });
    if (!before) return refused(notFound('job', 'input', 'id'));
    if (before.version !== input.version) return refused(versionConflict(before.version));
    if (before.state === state) return unchanged(input.id);
    // It may be running, or be done: nobody knows here.
    if (before.state === 'REPLAYED') return refused(invalid('The job is in the queue again.', 'input', 'id'));
    const [after] = await tx.deadJob.updateManyAndReturn({
      where: { AND: [mayUpdate, { version: input.version }] },
      data: { state, version: { increment: 1 }, updatedAt: now },
    });
    if (!after) return refused(versionConflict(before.version + 1));
    if (state === 'REPLAYED') {
      const { id, kind, lane, memberId, ids, retries } = after;
      const data = { kind, jobId: id, memberId, ids: ids as Record<string, string> };
      const tries = (retries ?? undefined) as Retries | undefined;
      await insertJobs(tx, services.newId, lane, [{ data, key: null, startAfter: null }], tries);
    }
    return done(input.id, after.version, { before: { state: before.state }, after: { state } });
  }, { act });
}
