import type { Recipient } from './address.ts';
import type { RenderedMail } from './render.ts';

/** A mail as it goes out: whole, with its link. */
export type OutgoingMail = RenderedMail & {
  /** The mail's id here, for those who catch mails instead of sending them. */
  id: string;
  to: Recipient;
  /** `<id@domain>`; the same on every attempt. */
  messageId: string;
  /** When it was queued. A mail that goes out twice is the same, byte for byte. */
  date: Date;
};

/** What hands mails over: to a mail server, or to a folder where there is none. */
export type Mailer = {
  from: { address: string; name: string | null };
  /** Where links lead: `PUBLIC_URL`, and never what a request says of itself. */
  publicUrl(): string;
  /**
   * Hands one mail over. Takes a minute at most.
   *
   * @returns the server's answer
   * @throws MailError  with the server's answer, or what went wrong on the way to it
   */
  send(mail: OutgoingMail): Promise<string>;
};

/**
 * Why a mail was not taken. `later`: try again. `never`: this mail will not be taken, whatever the address.
 * `noMailbox`: nor will any other to this address.
 */
export type MailErrorKind = 'later' | 'never' | 'noMailbox';

export class MailError extends Error {
  readonly kind: MailErrorKind;

  /** @param answer in one line, fit to be shown */
  constructor(kind: MailErrorKind, answer: string, options?: ErrorOptions) {
    super(answer, options);
    this.kind = kind;
  }
}

/** An answer as it is kept and shown: one line of it, however long and whatever was in it. */
export function shownAnswer(answer: string): string {
  return answer.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/\s+/g, ' ').trim().slice(0, 500);
}
