import type { RequestDatabase, Transaction } from '../db/database.ts';
import type { Mail, MailStatus } from '../db/generated/prisma/client.ts';
import { UnwritableMailError, composeMail } from './compose.ts';
import { addEvent } from './events.ts';
import { type Mailer, MailError, type OutgoingMail } from './mailer.ts';
import { retryAfter } from './retries.ts';
import { suppress, suppressionOf } from './suppressions.ts';
import { isMailTemplate, mailTemplates } from './templates.ts';

export type DeliveryServices = {
  database: RequestDatabase;
  mailer: Mailer;
  now: () => Date;
  newId: () => string;
  /** Links' tokens are made of it. */
  cursorSecret: string;
};

/** What happens in the transaction that writes down where a mail stands; told when it is tried next, if it is. */
export type Along = (tx: Transaction, nextAttemptAt: Date | null) => Promise<void>;

/**
 * Tries to deliver a mail once. Can be run again at any moment: what is not written down as taken is sent again, with
 * the same `Message-ID`.
 *
 * Two transactions with the mail server between them. The first writes down that an attempt begins, the second what
 * came of it; killed in between, the mail is due as it was before.
 */
export async function deliverMail(
  services: DeliveryServices, { workspaceId, mailId }: { workspaceId: string; mailId: string },
  along: Along = async () => {},
): Promise<void> {
  const { database, mailer } = services;
  const attempt = await database.transaction(workspaceId, (tx) => begin(tx, services, { workspaceId, mailId }, along));
  if (!attempt) return;
  const result = await send(mailer, attempt.outgoing);
  await database.transaction(workspaceId, (tx) => writeDown(tx, services, attempt.mail, result, along));
}

type Attempt = { mail: Mail; outgoing: OutgoingMail };

/** Clocks of several machines differ: what is due in a moment is due. */
const toleranceMilliseconds = 30_000;

async function begin(
  tx: Transaction, services: DeliveryServices, { workspaceId, mailId }: { workspaceId: string; mailId: string },
  along: Along,
): Promise<Attempt | null> {
  const now = services.now();
  const mail = await tx.mail.findFirst({ where: { workspaceId, id: mailId } });
  // Delivered or given up meanwhile.
  if (mail?.status !== 'QUEUED') return end(null);
  // Tried meanwhile.
  if (mail.nextAttemptAt!.getTime() > now.getTime() + toleranceMilliseconds) return end(mail.nextAttemptAt);

  const hindrance = await hindranceOf(tx, mail, now);
  if (hindrance) return settle(hindrance);
  let outgoing: OutgoingMail;
  try {
    outgoing = await composeMail(tx, mail, services);
  } catch (error) {
    if (!(error instanceof UnwritableMailError)) throw error;
    return settle({ status: 'FAILED', answer: `It could not be written: ${error.message}` });
  }
  const [begun] = await tx.mail.updateManyAndReturn({
    where: { workspaceId, id: mailId, status: 'QUEUED', attempts: mail.attempts },
    data: {
      attempts: { increment: 1 }, messageIdHeader: outgoing.messageId, version: { increment: 1 }, updatedAt: now,
    },
  });
  // Somebody else began this very attempt.
  if (!begun) return null;
  await addEvent(tx, services, begun, { kind: 'ATTEMPT', attempt: begun.attempts, at: now });
  return { mail: begun, outgoing };

  async function end(nextAttemptAt: Date | null): Promise<null> {
    await along(tx, nextAttemptAt);
    return null;
  }

  async function settle(
    { status, answer }: { status: 'FAILED' | 'SUPPRESSED' | 'EXPIRED'; answer: string },
  ): Promise<null> {
    await tx.mail.updateMany({
      where: { workspaceId, id: mailId, status: 'QUEUED' },
      data: { status, nextAttemptAt: null, lastAnswer: answer, version: { increment: 1 }, updatedAt: now },
    });
    await addEvent(tx, services, mail!, { kind: status, answer, at: now });
    return end(null);
  }
}

/** Why a mail is not even tried. */
async function hindranceOf(
  tx: Transaction, { workspaceId, toAddress, template, usefulUntil }: Mail, now: Date,
): Promise<{ status: 'SUPPRESSED' | 'EXPIRED'; answer: string } | null> {
  if (usefulUntil && usefulUntil <= now) return { status: 'EXPIRED', answer: 'Its link has stopped working.' };
  const purpose = isMailTemplate(template) ? mailTemplates[template].purpose : 'notice';
  const reason = await suppressionOf(tx, { workspaceId, address: toAddress, purpose, now });
  return reason && { status: 'SUPPRESSED', answer: `The address is on the suppression list: ${reason}.` };
}

type Result = { kind: 'taken' | MailError['kind']; answer: string };

async function send(mailer: Mailer, outgoing: OutgoingMail): Promise<Result> {
  try {
    return { kind: 'taken', answer: await mailer.send(outgoing) };
  } catch (error) {
    if (error instanceof MailError) return { kind: error.kind, answer: error.message };
    throw error;
  }
}

async function writeDown(
  tx: Transaction, services: DeliveryServices, mail: Mail, { kind, answer }: Result, along: Along,
): Promise<void> {
  const now = services.now();
  const { workspaceId, id, attempts, toAddress } = mail;
  const nextAttemptAt = kind === 'later' ? retryAfter(attempts, now) : null;
  const status = statusAfter(kind, nextAttemptAt);
  const { count } = await tx.mail.updateMany({
    where: { workspaceId, id, status: 'QUEUED', attempts },
    data: {
      status, nextAttemptAt, lastAnswer: answer, version: { increment: 1 }, updatedAt: now,
      ...(status === 'SENT' ? { sentAt: now } : {}),
    },
  });
  await addEvent(tx, services, mail, {
    kind: status === 'QUEUED' ? 'DEFERRED' : status, attempt: attempts, answer, at: now,
  });
  if (status === 'BOUNCED') {
    await suppress(tx, services, { workspaceId, address: toAddress, reason: 'BOUNCE', note: answer, now });
  }
  await along(tx, count > 0 ? nextAttemptAt : null);
}

function statusAfter(kind: Result['kind'], nextAttemptAt: Date | null): MailStatus {
  switch (kind) {
    case 'taken': return 'SENT';
    case 'later': return nextAttemptAt ? 'QUEUED' : 'FAILED';
    case 'never': return 'REFUSED';
    case 'noMailbox': return 'BOUNCED';
  }
}
