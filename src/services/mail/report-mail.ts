import { addEvent } from '../../mail/events.ts';
import { shownAnswer } from '../../mail/mailer.ts';
import { suppress } from '../../mail/suppressions.ts';
import { command, done, refused, unchanged } from '../command.ts';
import { notFound } from '../errors.ts';
import { reachable } from '../records.ts';
import { textProblems } from '../validate.ts';

export type ReportMailInput = { messageId: string; kind: 'BOUNCE' | 'COMPLAINT'; answer?: string | null };

/**
 * What came back after a mail server had taken a mail: that it could not be delivered after all, or that its reader has
 * complained. The address gets no more mail. Told by a program that reads bounces or a provider's webhooks: it knows
 * the mail by its `Message-ID`, and of its version nothing.
 */
export const reportMail = command<ReportMailInput>('mail.update', async (context, input) => {
  const { tx, services, now } = context;
  const problems = textProblems(input.answer, ['input', 'answer'], { max: 2_000 });
  if (problems.length > 0) return refused(...problems);
  const messageIdHeader = `<${input.messageId.trim().replace(/^<|>$/g, '')}>`;
  const mayUpdate = { AND: [reachable(context), { messageIdHeader }] };
  const before = await tx.mail.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('mail', 'input', 'messageId'));
  const { workspaceId, id, toAddress } = before;
  const kind = input.kind === 'BOUNCE' ? 'BOUNCED' : 'COMPLAINT';
  // A bounce is reported once; so is a complaint.
  if (await tx.mailEvent.count({ where: { workspaceId, mailId: id, kind } }) > 0) return unchanged(id);
  const answer = shownAnswer(input.answer ?? '') || null;
  const [after] = await tx.mail.updateManyAndReturn({
    where: mayUpdate,
    data: {
      ...(kind === 'BOUNCED' ? { status: kind, nextAttemptAt: null } : {}), lastAnswer: answer,
      version: { increment: 1 }, updatedAt: now,
    },
  });
  if (!after) return refused(notFound('mail', 'input', 'messageId'));
  await addEvent(tx, services, after, { kind, answer, at: now });
  await suppress(tx, services, { workspaceId, address: toAddress, reason: input.kind, note: answer ?? '', now });
  return done(id, after.version, { before: { status: before.status }, after: { status: after.status } });
}, { act: 'report' });
