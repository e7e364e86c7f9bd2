import { type LinkPurpose, linkToken } from '../auth/link-tokens.ts';
import type { Transaction } from '../db/database.ts';
import type { Mail } from '../db/generated/prisma/client.ts';
import type { Mailer, OutgoingMail } from './mailer.ts';
import { type RenderedMail, renderMail, shownValue } from './render.ts';
import type { TemplateSource } from './source.ts';
import { type MailTemplateName, isMailTemplate, mailLocales, templateFile, variablesOf } from './templates.ts';

/** The language of last resort: every template has a file in it. */
const fallbackLocale = 'en';

/** Languages in which a reader is served, best first: `de-AT`, `de`, `en`. */
function localesFor(wanted: string): string[] {
  const parts = wanted.split('-');
  const narrower = parts.map((_, at) => parts.slice(0, parts.length - at).join('-'));
  return [...new Set([...narrower, fallbackLocale])];
}

type Override = TemplateSource & { locale: string };

/** The words of a template for a reader: in the best language that there are any in, the workspace's before ours. */
export function wordsFor(
  name: MailTemplateName, wanted: string, overrides: readonly Override[],
): TemplateSource & { locale: string } {
  for (const locale of localesFor(wanted)) {
    const own = overrides.find((each) => each.locale.toLowerCase() === locale.toLowerCase());
    if (own) return { subject: own.subject, body: own.body, locale };
    const file = mailLocales.find((each) => each.toLowerCase() === locale.toLowerCase());
    if (file) return { ...templateFile(name, file), locale: file };
  }
  throw new Error(`There is no template ${name} in ${fallbackLocale}.`);
}

/** A mail that no text can be made of: its template is gone, or does not fit its values any more. */
export class UnwritableMailError extends Error {}

type Means = { mailer: Mailer; cursorSecret: string };

/**
 * Makes the text of a mail anew: the words, the values, and the link with its token.
 *
 * @throws UnwritableMailError
 */
export async function composeMail(tx: Transaction, mail: Mail, means: Means): Promise<OutgoingMail> {
  const { workspaceId, template } = mail;
  const workspace = await tx.workspace.findFirstOrThrow({ where: { id: workspaceId } });
  const overrides = await tx.mailTemplateOverride.findMany({ where: { workspaceId, template } });
  try {
    return compose(mail, workspace, overrides, means);
  } catch (error) {
    throw new UnwritableMailError((error as Error).message, { cause: error });
  }
}

function compose(
  mail: Mail, workspace: { name: string; timeZone: string }, overrides: readonly Override[],
  { mailer, cursorSecret }: Means,
): OutgoingMail {
  const { template, toAddress, toName } = mail;
  if (!isMailTemplate(template)) throw new Error(`There is no template ${template} any more.`);
  const rendered = renderWith(template, wordsFor(template, mail.locale, overrides), {
    timeZone: workspace.timeZone,
    values: {
      recipient: toName ?? toAddress, address: toAddress, workspace: workspace.name,
      ...mail.variables as Record<string, string | number>,
    },
    link: linkOf(mail, mailer, cursorSecret),
  });
  const messageId = mail.messageIdHeader ?? `<${mail.id}@${mailer.from.address.split('@')[1]}>`;
  return { id: mail.id, to: { address: toAddress, name: toName }, messageId, date: mail.createdAt, ...rendered };
}

/** Fills a template's words with values as they are kept. */
export function renderWith(
  name: MailTemplateName, words: TemplateSource & { locale: string },
  { timeZone, values, link }: {
    timeZone: string; values: Readonly<Record<string, string | number | Date>>; link: string | null;
  },
): RenderedMail {
  const { locale } = words;
  const shown = Object.entries(variablesOf(name)).flatMap(([variable, kind]) => {
    const value = values[variable];
    return value === undefined ? [] : [[variable, shownValue(kind, value, { locale, timeZone })]];
  });
  return renderMail(words, { locale, values: Object.fromEntries(shown), link });
}

/**
 * The address behind a mail's link. It begins with ours, whoever asked for the mail and whatever he says of himself.
 */
function linkOf({ linkPath, linkPurpose, linkTokenId }: Mail, mailer: Mailer, cursorSecret: string): string | null {
  if (linkPath === null) return null;
  const publicUrl = mailer.publicUrl();
  const url = new URL(linkPath, publicUrl);
  if (url.origin !== new URL(publicUrl).origin) throw new Error('The link leads to another server.');
  if (linkTokenId !== null) {
    url.searchParams.set('token', linkToken(cursorSecret, linkPurpose as LinkPurpose, linkTokenId));
  }
  return url.href;
}
