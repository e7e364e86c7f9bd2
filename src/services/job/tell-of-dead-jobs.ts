import type { Transaction } from '../../db/database.ts';
import { lock } from '../../db/lock.ts';
import { defineJob } from '../../jobs/define-job.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { MailTemplateName } from '../../mail/templates.ts';
import type { Services } from '../context.ts';
import { tellMember } from '../tell-member.ts';

const template = 'dead-jobs' satisfies MailTemplateName;
const minute = 60_000;
const day = 24 * 60 * minute;
/** What fails together is told together. */
const collectMilliseconds = 10 * minute;

/**
 * Sees to it that owners and administrators are told of dead jobs, in the transaction in which one is filed: soon, or a
 * day after they were told last.
 */
export async function tellOfDeadJobs(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>, workspaceId: string,
): Promise<void> {
  const now = services.now();
  const last = await lastToldAt(tx, workspaceId, now);
  const startAfter = new Date(last ? last.getTime() + day : now.getTime() + collectMilliseconds);
  await enqueue(tx, services, tellOfDeadJobsJob, {}, { key: 'daily', startAfter });
}

/** One mail for each who administers the workspace, about all that nobody has decided about; at most one a day. */
export const tellOfDeadJobsJob = defineJob({
  kind: 'job.tellOfDead', ids: [], as: 'system', grants: [],
  async run({ transaction: tx, principal, services }) {
    const workspaceId = principal.workspace.id;
    // Of two at once the second waits here, and finds the first one's mails.
    await lock(tx, workspaceId, 'deadJobs');
    if (await lastToldAt(tx, workspaceId, services.now())) return tellOfDeadJobs(tx, services, workspaceId);
    const kinds = await tx.deadJob.groupBy({
      by: ['kind'], where: { workspaceId, state: 'DEAD' }, _count: true, orderBy: { kind: 'asc' },
    });
    const latest = await tx.deadJob.findFirst({
      where: { workspaceId, state: 'DEAD' }, orderBy: { diedAt: 'desc' }, select: { id: true, reason: true },
    });
    if (!latest) return;
    const administrators = await tx.member.findMany({
      where: {
        workspaceId, isActive: true, roles: { some: { role: { builtIn: { in: ['OWNER', 'ADMIN'] } } } },
      },
      select: { id: true }, orderBy: { id: 'asc' },
    });
    for (const { id: memberId } of administrators) {
      await tellMember(tx, services, { workspaceId, memberId }, template, {
        jobs: kinds.map(({ kind, _count }) => `${kind} (${_count})`).join(', '), jobId: `job_${latest.id}`,
        reason: latest.reason,
      });
    }
  },
});

/** When they were told last, if that was within a day. */
async function lastToldAt(tx: Transaction, workspaceId: string, now: Date): Promise<Date | null> {
  const mail = await tx.mail.findFirst({
    where: { workspaceId, template, createdAt: { gt: new Date(now.getTime() - day) } },
    orderBy: { createdAt: 'desc' }, select: { createdAt: true },
  });
  return mail && mail.createdAt;
}
