import { createTransport } from 'nodemailer';
import type { Recipient } from './address.ts';
import { type Mailer, MailError, type MailErrorKind, shownAnswer } from './mailer.ts';

/**
 * Longest silence of the mail server, longest attempt, and how long the server is left alone after it has refused us,
 * as opposed to a mail: many wrong passwords in a row get an address blocked.
 */
export type SmtpTimeouts = { silenceMilliseconds: number; attemptMilliseconds: number; pauseMilliseconds: number };
const usualTimeouts: SmtpTimeouts = {
  silenceMilliseconds: 20_000, attemptMilliseconds: 60_000, pauseMilliseconds: 60_000,
};

/**
 * Sends by SMTP, over a connection of its own for each mail.
 *
 * @param smtpUrl `smtps://…` for TLS from the start. `smtp://…` goes on with STARTTLS, and demands it of every server
 *   that is not on this machine, unless the address says `?ignoreTLS=true`
 */
export function smtpMailer(
  { smtpUrl, from, publicUrl }: { smtpUrl: string; from: Recipient; publicUrl: () => string },
  timeouts: Partial<SmtpTimeouts> = {},
): Mailer {
  const { silenceMilliseconds, attemptMilliseconds, pauseMilliseconds } = { ...usualTimeouts, ...timeouts };
  const url = new URL(smtpUrl);
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: url.protocol === 'smtp:' && !isHere && url.searchParams.get('ignoreTLS') !== 'true',
    connectionTimeout: silenceMilliseconds, greetingTimeout: silenceMilliseconds, socketTimeout: silenceMilliseconds,
    dnsTimeout: silenceMilliseconds,
    disableFileAccess: true, disableUrlAccess: true,
  });
  let pause = { until: 0, because: '' };
  return {
    from,
    publicUrl,
    async send({ id, to, messageId, date, subject, text, html }) {
      if (performance.now() < pause.until) throw new MailError('later', shownAnswer(`Not tried. ${pause.because}`));
      try {
        const { response } = await transport.sendMail({
          from: addressee(from), to: addressee(to), envelope: { from: from.address, to: [to.address] },
          messageId, date, subject, text, html, baseBoundary: id,
          // Nobody's absence is to be answered to a machine (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: AbortSignal.timeout(attemptMilliseconds),
        });
        return shownAnswer(response);
      } catch (error) {
        const because = refusalOfUs(error as SmtpError);
        if (because) pause = { until: performance.now() + pauseMilliseconds, because };
        throw mailError(error as SmtpError, because);
      }
    },
  };
}

function addressee({ name, address }: Recipient): { name: string; address: string } {
  return { name: name ?? '', address };
}

type SmtpError = Error & { code?: string; command?: string; response?: string; responseCode?: number };

/** Steps in which the server speaks of this mail. Before them it speaks of us, and that a person can put right. */
const aboutTheMail = /^(MAIL FROM|RCPT TO|DATA)$/;

function mailError(error: SmtpError, refusal: string | null): MailError {
  const { command = '', response } = error;
  const answer = refusal ?? response ?? `${error.message} (${error.code ?? 'UNKNOWN'}, ${command})`;
  return new MailError(refusal ? 'later' : kindOf(error), shownAnswer(answer), { cause: error });
}

/** What whoever runs this server has to put right, in a sentence; null where it is not the sender that is refused. */
function refusalOfUs({ code, command = '', message, response, responseCode = 0 }: SmtpError): string | null {
  const said = response ?? message;
  if (!response && (code === 'ESOCKET' || code === 'ETLS') && /certificate/i.test(message)) {
    return `The mail server's certificate is not trusted, so nothing was sent: ${message}.`;
  }
  if (command === 'STARTTLS') return `The mail server does not go on with TLS, so nothing was sent: ${said}`;
  // RFC 4954: we have not, or not well enough, said who we are, at whichever step we are told.
  if (code === 'EAUTH' || [530, 534, 535, 538].includes(responseCode)) {
    return `The mail server did not accept the user name and password in SMTP_URL: ${said}`;
  }
  return null;
}

/**
 * RFC 5321: 4xx is for now, 5xx for good. RFC 3463: the enhanced code says what of it is the mailbox's doing; 5.1.x is
 * an address that does not exist, 5.2.1 one that takes no mail. Without one, 550, 551 and 553 in answer to the
 * recipient mean it. 5.7.x and the like are about us, so no other mail to the address has to suffer for it.
 */
function kindOf({ command = '', response = '', responseCode = 0 }: SmtpError): MailErrorKind {
  if (responseCode < 500 || !aboutTheMail.test(command)) return 'later';
  const enhanced = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  if (enhanced) return /^5\.(1\.(1|2|3|6|10)|2\.1)$/.test(enhanced) ? 'noMailbox' : 'never';
  return command === 'RCPT TO' && [550, 551, 553].includes(responseCode) ? 'noMailbox' : 'never';
}
