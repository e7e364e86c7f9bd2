import { createHash } from 'node:crypto';
import type { Env } from '../env.ts';
import { Html, html } from '../html.ts';
import { type CaughtMail, CaughtMails } from '../mail/caught-mails.ts';
import type { RenderedMail } from '../mail/render.ts';
import { sampleMail } from '../mail/sample-mail.ts';
import {
  type MailTemplateName, isMailTemplate, mailLocales, mailTemplateNames, mailTemplates, templateFile,
} from '../mail/templates.ts';
import { privateHeaders } from './page.ts';

export const devMailPath = '/dev/mail';

/** The inbox of this machine's state folder. */
export function developersInbox({ stateFolder, smtpUrl, publicUrl, port }: Env): Inbox {
  return {
    mails: new CaughtMails(stateFolder), isSending: smtpUrl !== undefined,
    publicUrl: publicUrl ?? `http://localhost:${port}`,
  };
}

export type Inbox = {
  mails: CaughtMails;
  /** Whether mails are sent, so that none is caught. */
  isSending: boolean;
  publicUrl: string;
};

/**
 * Pages of a developer: the mails that were caught, and what each template looks like. They show links that work, so
 * they are there for browsers on this machine alone, and never in production.
 *
 * @returns null for an address that is none of them
 */
export function devMailPage(request: Request, inbox: Inbox): Response | null {
  const { pathname, searchParams } = new URL(request.url);
  const [first, second, ...rest] = pathname.slice(devMailPath.length).split('/').filter(Boolean);
  if (rest.length > 0) return null;
  if (first === undefined) return inboxPage(inbox);
  if (first === 'templates') {
    if (second === undefined) return templatesPage();
    if (!isMailTemplate(second)) return null;
    const locale = mailLocales.find((each) => each === searchParams.get('locale')) ?? mailLocales[0]!;
    const sample = sampleMail(second, locale, inbox);
    return searchParams.has('html') ? mailHtml(sample.html) : templatePage(second, locale, sample);
  }
  const mail = inbox.mails.find(first);
  if (!mail || (second !== undefined && second !== 'html')) return null;
  return second === 'html' ? mailHtml(mail.html) : mailPage(mail);
}

/** Whether a request comes from this machine, and was meant for it: a page elsewhere can have its name lead here. */
export function isFromHere(request: Request, ipAddress: string | null): boolean {
  const isLoopback = ipAddress !== null && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(ipAddress);
  return isLoopback && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(request.headers.get('host') ?? '');
}

function inboxPage({ mails, isSending }: Inbox): Response {
  const caught = mails.list();
  const note = isSending
    ? html`<p class="note">Mails are sent by the server of <code>SMTP_URL</code>; none is caught.</p>` : html``;
  const list = caught.length === 0
    ? html`<p class="empty">No mail yet. What Gatehouse sends appears here, as long as there is no
<code>SMTP_URL</code>.</p>`
    : html`<table><thead><tr><th>Subject<th>To<th>When</thead><tbody>${joined(caught.map((mail) => html`
<tr><td><a href="${devMailPath}/${mail.id}">${mail.subject}</a>
<td>${shownRecipient(mail.to)}<td>${when(mail.caughtAt)}`))}
</tbody></table>`;
  return devPage('Mail', 'inbox', html`${note}${list}`, { refreshSeconds: 5 });
}

function mailPage(mail: CaughtMail): Response {
  return devPage(mail.subject, 'inbox', html`
<dl><dt>From<dd>${shownRecipient(mail.from)}<dt>To<dd>${shownRecipient(mail.to)}
<dt>When<dd>${when(mail.caughtAt)}<dt>Message-ID<dd><code>${mail.messageId}</code></dl>
${bothForms(mail, `${devMailPath}/${mail.id}/html`)}`);
}

function templatesPage(): Response {
  const rows = mailTemplateNames.map((name) => html`
<tr><td>${joined(mailLocales.map((locale) => html`<a href="${templatePath(name, locale)}">${name}</a> `))}
<td>${mailTemplates[name].description}<td>${mailTemplates[name].purpose}`);
  return devPage('Templates', 'templates', html`
<table><thead><tr><th>Template<th>When it is sent<th>Purpose</thead><tbody>${joined(rows)}</tbody></table>`);
}

function templatePage(name: MailTemplateName, locale: string, sample: RenderedMail): Response {
  const { subject, body } = templateFile(name, locale);
  return devPage(name, 'templates', html`
<p class="note">${mailTemplates[name].description}
<code>src/mail/templates/${locale}/${name}.md</code>, with made-up values.</p>
<dl><dt>Subject<dd>${sample.subject}<dt>Language<dd>${joined(mailLocales.map((each) => (
  each === locale ? html`<strong>${each}</strong> ` : html`<a href="${templatePath(name, each)}">${each}</a> `)))}</dl>
${bothForms(sample, `${templatePath(name, locale)}&html`)}
<h2>Source</h2><pre>Subject: ${subject}

${body}</pre>`);
}

const templatePath = (name: MailTemplateName, locale: string) => `${devMailPath}/templates/${name}?locale=${locale}`;

function bothForms({ text }: RenderedMail, htmlAddress: string): Html {
  return html`<iframe src="${htmlAddress}" title="The mail as HTML"></iframe>
<h2>Plain text</h2><pre>${text}</pre>`;
}

function shownRecipient({ name, address }: { name: string | null; address: string }): string {
  return name ? `${name} <${address}>` : address;
}

function when(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

function joined(parts: readonly Html[]): Html {
  return new Html(parts.map(({ text }) => text).join(''));
}

/** The mail itself, in a frame that can do nothing but open its links elsewhere. */
function mailHtml(text: string): Response {
  return new Response(text.replace('<head>', '<head><base target="_blank">'), {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
        + 'sandbox allow-popups allow-popups-to-escape-sandbox',
      'X-Frame-Options': 'SAMEORIGIN',
      ...privateHeaders,
    },
  });
}

const style = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 0; color: #1c2430; background: #f3f5f8 }
  header { background: #1c2430; color: #fff; padding: .8rem 2rem; display: flex; gap: 1.5rem; align-items: baseline }
  header a { color: #cfd8e6; text-decoration: none } header a[aria-current] { color: #fff; font-weight: 600 }
  header span { margin-inline-start: auto; color: #9fb0c8; font-size: .85rem }
  main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 2rem 4rem }
  h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 2rem 0 .5rem }
  a { color: #1d4ed8 } code { font-size: .85rem }
  table { border-collapse: collapse; width: 100%; background: #fff; border: 1px solid #dfe4ea; border-radius: 8px }
  th, td { text-align: start; padding: .6rem .9rem; border-bottom: 1px solid #eceff3; vertical-align: top }
  th { font-size: .8rem; color: #5b6675 } tr:last-child td { border-bottom: 0 } td:last-child { white-space: nowrap }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 0 1rem } dt { color: #5b6675 }
  dd { margin: 0; overflow-wrap: anywhere }
  iframe { width: 100%; height: 34rem; border: 1px solid #dfe4ea; border-radius: 8px; background: #fff }
  pre { background: #fff; border: 1px solid #dfe4ea; border-radius: 8px; padding: 1rem; white-space: pre-wrap;
    overflow-wrap: anywhere; margin: 0 }
  .note { color: #5b6675 } .empty { background: #fff; border: 1px dashed #b6c0cd; border-radius: 8px; padding: 3rem;
    text-align: center; color: #5b6675 }
`;

const contentSecurityPolicy = [
  `default-src 'none'`, `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  `frame-src 'self'`, `form-action 'none'`, `frame-ancestors 'none'`, `base-uri 'none'`,
].join('; ');

function devPage(
  title: string, section: 'inbox' | 'templates', body: Html, { refreshSeconds }: { refreshSeconds?: number } = {},
): Response {
  const current = (name: typeof section) => (name === section ? new Html(' aria-current="page"') : html``);
  const { text } = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds ? html`<meta http-equiv="refresh" content="${refreshSeconds}">` : html``}
<title>${title} · Gatehouse</title>
<style>${new Html(style)}</style>
<header><a href="${devMailPath}"${current('inbox')}>Mail</a>
<a href="${devMailPath}/templates"${current('templates')}>Templates</a><span>Gatehouse, in development</span></header>
<main>
<h1>${title}</h1>
${body}
</main>
</html>
`;
  return new Response(text, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicy, ...privateHeaders,
    },
  });
}
