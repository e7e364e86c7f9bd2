import { createHash } from 'node:crypto';
import { Html, html } from '../html.ts';
import type { Words } from './words.ts';

const style = `
  :root { color-scheme: light dark; --ink: #1c2430; --soft: #55606f; --paper: #fff; --ground: #f2f4f7; --line: #8a94a3;
    --blue: #1d4ed8; --red: #b91c1c; --pale: #fef2f2 }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a9b3c1; --paper: #1b222c; --ground: #10151c;
    --line: #66707f; --blue: #7aa2ff; --red: #ff8a8a; --pale: #3a1f22 } }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: var(--ground); color: var(--ink) }
  main { box-sizing: border-box; max-width: 27rem; margin: 10vh auto 2rem; padding: 1.5rem 2rem 2rem;
    background: var(--paper); border-radius: 12px; box-shadow: 0 1px 3px #0003, 0 8px 24px #0001 }
  header { color: var(--soft); font-size: .9rem; letter-spacing: .04em }
  h1 { font-size: 1.45rem; line-height: 1.25; margin: .3rem 0 1rem } h2 { font-size: 1.05rem; margin: 1.8rem 0 .5rem }
  label { display: block; margin-top: 1rem; font-weight: 600 }
  input, button { font: inherit; padding: .6rem; border-radius: 6px }
  input { box-sizing: border-box; width: 100%; margin-top: .2rem; border: 1px solid var(--line);
    background: var(--paper); color: inherit }
  button { margin-top: 1.5rem; padding-inline: 1.2rem; border: 1px solid transparent; background: var(--blue);
    color: var(--paper); cursor: pointer }
  button.plain { margin: 0; padding: .2rem .7rem; background: none; border-color: var(--line); color: inherit }
  :focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }
  a { color: var(--blue) } .hint, .links { color: var(--soft); font-size: .92rem } .links { margin-top: 1.5rem }
  .wrong { padding: .6rem .8rem; border-left: 4px solid var(--red); background: var(--pale) }
  .rows { list-style: none; padding: 0; margin: 0 } .rows li { display: flex; gap: 1rem; align-items: center;
    justify-content: space-between; padding: .6rem 0;
    border-top: 1px solid color-mix(in srgb, var(--line) 40%, transparent) }
  .rows small { display: block; color: var(--soft) } .actions { display: flex; flex-wrap: wrap; gap: .8rem;
    margin-top: 1.5rem }
  .actions button { margin: 0; padding: .45rem 1rem } button.grave { background: var(--red) }
  .rows .hint { white-space: nowrap }
`;

/** Nothing is loaded, no script runs, nobody frames the page, and forms go nowhere but here. */
const contentSecurityPolicy = [
  `default-src 'none'`, `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  `form-action 'self'`, `frame-ancestors 'none'`, `base-uri 'none'`,
].join('; ');

/**
 * For pages that deal with secrets: kept by no cache, and their address told to no page of others. To our own it is,
 * because browsers then say in `Origin` that a form came from here.
 */
export const privateHeaders = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

export type PageParts = {
  title: string;
  body: Html;
  /** What is wrong with what was sent, told above the form. */
  wrong?: string;
  status?: number;
  headers?: Record<string, string>;
};

/** A whole page as the answer. */
export function page(
  words: Words, { title, body, wrong, status = wrong ? 422 : 200, headers = {} }: PageParts,
): Response {
  const { text } = html`<!doctype html>
<html lang="${words.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${words.product}</title>
<style>${new Html(style)}</style>
<main>
<header>${words.product}</header>
<h1>${title}</h1>
${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : html``}
${body}
</main>
</html>
`;
  return new Response(text, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicy, ...privateHeaders,
      ...headers,
    },
  });
}

/** To another page, as the answer to a form: going back does not send the form again. */
export function moveOn(location: string, ...cookies: string[]): Response {
  const response = new Response(null, { status: 303, headers: { Location: location, ...privateHeaders } });
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie);
  return response;
}

/** The two fields of a new password. @param options.isFirst whether the form begins with them */
export function newPasswordFields(words: Words, { label = words.password, isFirst = true } = {}): Html {
  return html`<label for="password">${label}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required
  ${isFirst ? html`autofocus` : ''} aria-describedby="hint">
<p class="hint" id="hint">${words.passwordHint}</p>
<label for="repeated">${words.repeated}</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required>`;
}

/** What was chosen in these fields; null where the two are not the same. `é` is one however it was typed. */
export function newPasswordIn(form: URLSearchParams): string | null {
  const [password = '', repeated = ''] = ['password', 'repeated'].map((name) => form.get(name) ?? '');
  return password.normalize('NFC') === repeated.normalize('NFC') ? password : null;
}

/** The user name that a password manager keeps with the password. */
export function userNameField(email: string): Html {
  return html`<input name="email" type="email" autocomplete="username" value="${email}" readonly hidden>`;
}
