import { queueAgain } from '../../mail/queue-mail.ts';
import { command, done, refused } from '../command.ts';
import { invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';

export type ResendMailInput = { id: string; version: number };

/**
 * Queues a mail again, at once: one that waits for its next attempt, one that was given up, or one that somebody has
 * lost. It begins with its first attempt.
 */
export const resendMail = command<ResendMailInput>('mail.update', async (context, input) => {
  const { tx, services, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.mail.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('mail', 'input', 'id'));
  if (before.version !== input.version) return refused(versionConflict(before.version));
  if (before.usefulUntil && before.usefulUntil <= now) {
    return refused(invalid('Its link has stopped working: ask for a new one instead.', 'input', 'id'));
  }
  const after = await queueAgain(tx, services, before, now);
  if (!after) return refused(versionConflict(before.version + 1));
  return done(input.id, after.version, { before: { status: before.status }, after: { status: after.status } });
}, { act: 'resend' });
