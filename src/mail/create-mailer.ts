import type { Env } from '../env.ts';
import { CaughtMails } from './caught-mails.ts';
import type { Mailer } from './mailer.ts';
import { smtpMailer } from './smtp-mailer.ts';

export type MailerEnv = Pick<Env, 'smtpUrl' | 'mailFrom' | 'stateFolder' | 'publicUrl' | 'port'>;

/** Sends by SMTP where there is a mail server; catches mails where there is none, which production does not allow. */
export function createMailer(
  { smtpUrl, mailFrom: from, stateFolder, publicUrl, port }: MailerEnv,
): Mailer {
  const whereWeAre = () => publicUrl ?? `http://localhost:${port}`;
  if (smtpUrl === undefined) return new CaughtMails(stateFolder).mailer(from, whereWeAre);
  return smtpMailer({ smtpUrl, from, publicUrl: whereWeAre });
}
