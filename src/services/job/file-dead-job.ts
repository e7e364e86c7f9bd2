import type { Retries } from '../../db/job-rows.ts';
import { command, done } from '../command.ts';
import { tellOfDeadJobs } from './tell-of-dead-jobs.ts';

export type FileDeadJobInput = {
  id: string;
  kind: string;
  lane: string;
  memberId: string | null;
  ids: Readonly<Record<string, string>>;
  retries?: Retries;
  /** A word; never a message. */
  reason: string;
  attempts: number;
  enqueuedAt: Date;
};

/**
 * Files a job that failed at its last try, for those who administer the workspace to decide about. One that was
 * replayed before and failed again takes its place again.
 */
export const fileDeadJob = command<FileDeadJobInput>('job.update', async ({ tx, principal, services, now }, input) => {
  const { id, kind, lane, reason, attempts, enqueuedAt } = input;
  const workspaceId = principal.workspace.id;
  const known = await tx.deadJob.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
  // A row of the queue that we did not write may name anybody.
  const member = input.memberId && await tx.member.findFirst({
    where: { workspaceId, id: input.memberId }, select: { id: true },
  });
  const after = {
    state: 'DEAD' as const, reason, attempts: attempts + (known?.attempts ?? 0), diedAt: now, updatedAt: now,
  };
  if (known) {
    await tx.deadJob.update({
      where: { workspaceId_id: { workspaceId, id } }, data: { ...after, version: { increment: 1 } },
    });
  } else {
    await tx.deadJob.create({
      data: {
        ...after, workspaceId, id, kind, lane, memberId: member ? member.id : null, ids: input.ids,
        retries: input.retries, enqueuedAt, createdAt: now,
      },
    });
  }
  await tellOfDeadJobs(tx, services, workspaceId);
  return done(id, (known?.version ?? 0) + 1, { before: { state: known?.state }, after: { kind, ...after } });
}, { act: 'die' });
