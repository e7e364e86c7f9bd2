import type { LinkPurpose } from '../auth/link-tokens.ts';
import type { Transaction } from '../db/database.ts';
import type { Mail } from '../db/generated/prisma/client.ts';
import { insertMail } from '../db/mails.ts';
import { enqueue } from '../jobs/enqueue.ts';
import type { Services } from '../services/context.ts';
import { recipientOf } from './address.ts';
import { deliverMailJob } from './deliver-mail-job.ts';
import { addEvent } from './events.ts';
import { type MailTemplateName, type MailVariables, mailTemplates } from './templates.ts';

export type MailLink = {
  /** Where it leads on this server, such as `/reset-password`. */
  path: string;
  /** The one-time token it carries: its id, out of which the token is made at delivery. Neither: a plain link. */
  tokenId?: string;
  purpose?: LinkPurpose;
};

export type QueuedMail<Name extends MailTemplateName = MailTemplateName> = {
  template: Name;
  to: { address: string; name?: string | null; /** BCP 47 tag; otherwise the workspace's. */ locale?: string | null };
  /** Nothing secret: they are kept, and administrators read them. */
  variables: MailVariables<Name>;
  link?: MailLink;
  /** Not sent after this instant: when its link stops working. */
  usefulUntil?: Date;
};

/** The address stands for no recipient, or for more than one. */
export class NoRecipientError extends Error {}

/**
 * Queues a mail as part of a change: it is sent once the transaction commits, and never when it does not.
 *
 * @param tx a transaction whose workspace is set, the platform's (`platformWorkspaceId`) included
 * @returns the mail's id
 * @throws NoRecipientError  check addresses before, with `recipientOf`
 */
export async function queueMail<Name extends MailTemplateName>(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>,
  { template, to, variables, link, usefulUntil }: QueuedMail<Name>,
): Promise<string> {
  const recipient = recipientOf(to);
  if (!recipient) throw new NoRecipientError('A mail goes to one address, which this is not.');
  if (mailTemplates[template].hasLink && !link) throw new Error(`The mail ${template} needs a link.`);
  const id = services.newId();
  await insertMail(tx, {
    id, eventId: services.newId(), at: services.now(), template, locale: to.locale ?? null,
    toAddress: recipient.address, toName: recipient.name,
    variables: storedVariables(variables), linkPath: link?.path ?? null, linkPurpose: link?.purpose ?? null,
    linkTokenId: link?.tokenId ?? null, usefulUntil: usefulUntil ?? null,
  });
  await enqueue(tx, services, deliverMailJob, { mailId: id });
  return id;
}

/**
 * Queues a mail once more, to be tried at once. What was taken before goes out under a new `Message-ID`: mail programs
 * hide what they believe to have.
 *
 * @returns the mail as it is now; null where it has changed meanwhile
 */
export async function queueAgain(
  tx: Transaction, services: Pick<Services, 'newId'>, mail: Mail, now: Date,
): Promise<Mail | null> {
  const { workspaceId, id, version, status, messageIdHeader } = mail;
  const [after] = await tx.mail.updateManyAndReturn({
    where: { workspaceId, id, version },
    data: {
      status: 'QUEUED', nextAttemptAt: now, attempts: 0, sentAt: null, version: { increment: 1 }, updatedAt: now,
      messageIdHeader: status === 'SENT' ? messageIdHeader!.replace(/^<[^@]*/, `<${services.newId()}`)
        : messageIdHeader,
    },
  });
  if (!after) return null;
  await addEvent(tx, services, mail, { kind: 'QUEUED', at: now });
  await enqueue(tx, services, deliverMailJob, { mailId: id });
  return after;
}

function storedVariables(variables: Readonly<Record<string, unknown>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => {
    if (value instanceof Date) return [name, value.toISOString()];
    if (typeof value === 'number') return [name, value];
    return [name, String(value).toWellFormed().replaceAll('\0', '').slice(0, 1_000)];
  }));
}
