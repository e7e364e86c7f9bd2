import { html } from '../html.ts';
import { type Block, type Inline, ownLink, parseMarkup } from './markup.ts';
import { type TemplateSource, variable } from './source.ts';
import type { VariableKind } from './templates.ts';

export type RenderedMail = { subject: string; text: string; html: string };

/** What a mail is filled with. `values` are texts ready to be shown (`shownValue`); one that is missing is a bug. */
export type Filling = {
  locale: string;
  values: Readonly<Record<string, string>>;
  /** The whole address of the mail's link, where it has one. */
  link: string | null;
};

/**
 * Makes a mail's subject, plain text and HTML out of one source.
 *
 * @throws Error the source names a variable that has no value, or a link where the mail has none
 */
export function renderMail({ subject, body }: TemplateSource, filling: Filling): RenderedMail {
  const blocks = parseMarkup(body);
  const title = subject.replace(variable, (_all, name: string) => valueOf(filling, name));
  return {
    subject: title.slice(0, 250),
    text: `${textOf(blocks, filling)}\n`,
    html: htmlOf(title, blocks, filling),
  };
}

/** A value as it stands in a mail: on one line, without what text cannot show, and no longer than a line may be. */
export function shownValue(
  kind: VariableKind, value: string | number | Date, { locale, timeZone }: { locale: string; timeZone: string },
): string {
  switch (kind) {
    case 'duration': return duration(Number(value), locale);
    case 'instant': {
      const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone });
      return format.format(new Date(value as string | Date));
    }
    // Mail programs make links of what looks like one: a name must not become one that we seem to have sent.
    case 'name': return plain(String(value)).replace(/:\/\//g, ': ').replace(/\bwww\./gi, 'www ');
    case 'text': return plain(String(value));
  }
}

/** In the largest unit in which it is a whole number: 90 minutes, 24 hours, 7 days. */
function duration(minutes: number, locale: string): string {
  const [unit, size] = ([['day', 1_440], ['hour', 60]] as const)
    .find(([, size]) => minutes % size === 0 && minutes > size) ?? ['minute', 1];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(minutes / size);
}

/** Control characters, and those that turn the direction of text around, are no part of what people read. */
function plain(text: string): string {
  const shown = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  const characters = [...shown.trim()];
  return characters.length > 300 ? `${characters.slice(0, 299).join('')}…` : characters.join('');
}

function valueOf({ values, link }: Filling, name: string): string {
  const value = name === 'link' ? link : values[name];
  if (value === undefined || value === null) throw new Error(`There is no value for {{${name}}}.`);
  return value;
}

function addressOf(filling: Filling, href: string): string {
  return href === ownLink ? valueOf(filling, 'link') : href;
}

function textOf(blocks: readonly Block[], filling: Filling): string {
  const inline = (each: Inline): string => {
    switch (each.kind) {
      case 'text': return each.text;
      case 'variable': return valueOf(filling, each.name);
      case 'strong': return each.inner.map(inline).join('');
      case 'link': return `${each.inner.map(inline).join('')} (${addressOf(filling, each.href)})`;
    }
  };
  const whole = (inner: readonly Inline[]) => inner.map(inline).join('');
  return blocks.map((block) => {
    switch (block.kind) {
      case 'heading': return underlined(whole(block.inner));
      case 'paragraph': return whole(block.inner);
      case 'list': return block.items.map((item) => `- ${whole(item)}`).join('\n');
      case 'button': return `${whole(block.inner)}:\n${addressOf(filling, block.href)}`;
      case 'smallPrint': return '-- ';
    }
  }).join('\n\n');
}

function underlined(text: string): string {
  return `${text}\n${'='.repeat(Math.min([...text].length, 70))}`;
}

const escape = (text: string) => html`${text}`.text;

// Mail programs know little of style sheets, so each element says what it looks like.
const looks = {
  body: 'margin:0;padding:24px 12px;background:#f3f5f8;color:#1c2430;'
    + 'font:16px/1.55 system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif',
  sheet: 'max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #dfe4ea;border-radius:10px;'
    + 'text-align:start;overflow-wrap:anywhere',
  heading: 'margin:0 0 16px;font-size:22px;line-height:1.3',
  paragraph: 'margin:0 0 16px',
  list: 'margin:0 0 16px;padding-inline-start:24px',
  button: 'display:inline-block;padding:12px 22px;border-radius:7px;background:#1d4ed8;color:#ffffff;font-weight:600;'
    + 'text-decoration:none',
  address: 'margin:0 0 16px;font-size:13px;color:#5b6675',
  smallPrint: 'margin-top:8px;padding-top:16px;border-top:1px solid #dfe4ea;font-size:14px;color:#5b6675',
};

function htmlOf(title: string, blocks: readonly Block[], filling: Filling): string {
  const link = (inner: string, href: string, look = 'color:#1d4ed8') =>
    `<a href="${escape(addressOf(filling, href))}" style="${look}">${inner}</a>`;
  const inline = (each: Inline): string => {
    switch (each.kind) {
      case 'text': return escape(each.text);
      case 'variable': return escape(valueOf(filling, each.name));
      case 'strong': return `<strong>${each.inner.map(inline).join('')}</strong>`;
      case 'link': return link(each.inner.map(inline).join(''), each.href);
    }
  };
  const whole = (inner: readonly Inline[]) => inner.map(inline).join('');
  const isSmall = blocks.findIndex(({ kind }) => kind === 'smallPrint');
  const parts = blocks.map((block, at): string => {
    switch (block.kind) {
      case 'heading': return `<h1 style="${looks.heading}">${whole(block.inner)}</h1>`;
      case 'paragraph': return `<p style="${looks.paragraph}">${whole(block.inner)}</p>`;
      case 'list':
        return `<ul style="${looks.list}">${block.items.map((item) => `<li>${whole(item)}</li>`).join('')}</ul>`;
      case 'button': return `<p style="margin:24px 0">${link(whole(block.inner), block.href, looks.button)}</p>\n`
        + `<p style="${looks.address}">`
        + `${link(escape(addressOf(filling, block.href)), block.href, 'color:#5b6675')}</p>`;
      case 'smallPrint': return at === isSmall ? `<div style="${looks.smallPrint}">` : '<hr>';
    }
  });
  return `<!doctype html>
<html lang="${escape(filling.locale)}" dir="${direction(filling.locale)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light"><title>${escape(title)}</title></head>
<body style="${looks.body}">
<div style="${looks.sheet}">
${parts.join('\n')}
${isSmall < 0 ? '' : '</div>\n'}</div>
</body>
</html>
`;
}

const rightToLeft = /^(ar|arc|ckb|dv|fa|he|ks|ku-Arab|ps|sd|ug|ur|yi)(-|$)/;

function direction(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.test(locale) ? 'rtl' : 'ltr';
}
