import { OverloadedError } from '../auth/hash-queue.ts';
import { passwordLength } from '../auth/password.ts';
import { html } from '../html.ts';
import type { Origin, Services } from '../services/context.ts';
import { ThrottledError } from '../services/identity/limits.ts';
import { readForm } from './form.ts';
import { page, privateHeaders } from './page.ts';
import { type Words, wordsFor } from './words.ts';

export type PageDependencies = {
  services: Services;
  /** True when PUBLIC_URL is https. */
  secureCookies: boolean;
  origin: Origin;
  /** The request's body, bounded. */
  readBody: () => Promise<Uint8Array>;
};

/** A request for a page, and what answers it needs. */
export type PageExchange = PageDependencies & { request: Request; words: Words };

export type Page = {
  path: string;
  /** Looking changes nothing: scanners of mail look too. */
  show?: (exchange: PageExchange) => Promise<Response>;
  /** A form that a page of ours has sent. */
  receive?: (exchange: PageExchange, form: URLSearchParams) => Promise<Response>;
};

/** Twice the longest password, each character of it up to twelve bytes as forms write it. */
const maxFormBytes = 2 * 12 * passwordLength.max + 4_000;

/** Answers a request for a page: with the page, or with what its form does, when it comes from a page of ours. */
export async function answerPage(
  { path: _, show, receive }: Page, request: Request, dependencies: PageDependencies,
): Promise<Response> {
  const words = wordsFor(request.headers);
  const exchange: PageExchange = { ...dependencies, request, words };
  if (show && (request.method === 'GET' || request.method === 'HEAD')) return show(exchange);
  if (!receive || request.method !== 'POST') {
    const allowed = [...(show ? ['GET', 'HEAD'] : []), ...(receive ? ['POST'] : [])].join(', ');
    return new Response(null, { status: 405, headers: { Allow: allowed, ...privateHeaders } });
  }
  const form = isFromOurPage(request.headers)
    ? await readForm(request.headers, dependencies.readBody, maxFormBytes) : null;
  if (!form) return page(words, { status: 400, title: words.failedTitle, body: html`<p>${words.failed}</p>` });
  try {
    return await receive(exchange, form);
  } catch (error) {
    if (error instanceof ThrottledError) {
      return page(words, {
        status: 429, headers: { 'Retry-After': String(error.retryAfterSeconds) }, title: words.failedTitle,
        body: html`<p>${words.tryLater}</p>`,
      });
    }
    if (!(error instanceof OverloadedError)) throw error;
    return page(words, {
      status: 503, headers: { 'Retry-After': '5' }, title: words.busyTitle, body: html`<p>${words.busy}</p>`,
    });
  }
}

/**
 * Browsers say where a form came from; `Origin` is looked at only where the newer header is missing. Cookies are not
 * sent along by forms of other sites besides.
 */
function isFromOurPage(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  return origin === null || URL.parse(origin)?.host === headers.get('host');
}
