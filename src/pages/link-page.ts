import { html } from '../html.ts';
import type { UserError } from '../services/errors.ts';
import type { Page, PageExchange } from './exchange.ts';
import { moveOn, page, type PageParts } from './page.ts';

/** What somebody sees who has opened a link: at least whom it is for. */
export type LinkView = { email: string };

export type LinkPageOptions<View extends LinkView> = {
  path: string;
  /** What the link is about, without using it up; null when it does not work. */
  look: (exchange: PageExchange, token: string) => Promise<View | null>;
  /** The form, without the element around it. */
  form: (exchange: PageExchange, view: View) => Pick<PageParts, 'title' | 'body'>;
  /** Does what the link is for: an answer, or everything that stands against it. */
  act: (
    exchange: PageExchange, token: string, form: URLSearchParams, view: View,
  ) => Promise<{ location: string; cookies?: string[] } | { userErrors: readonly UserError[] } | { wrong: string }>;
};

/**
 * The page behind a one-time link. The link's own request is answered with a redirection that moves the token out of
 * the address into a cookie: it stays in no history, and no other page is told of it. Looking at the page, as scanners
 * of mail do, uses nothing up; the form does. The form names whom it was shown to, because another link of its kind may
 * have been opened meanwhile.
 */
export function linkPage<View extends LinkView>({ path, look, form, act }: LinkPageOptions<View>): Page {
  const show = (exchange: PageExchange, view: View, wrong?: string): Response => {
    const { title, body } = form(exchange, view);
    return page(exchange.words, { title, wrong, body: html`<form method="post" action="${path}">${body}</form>` });
  };
  return {
    path,
    async show(exchange) {
      const cookie = cookieFor(path, exchange.secureCookies);
      const token = new URL(exchange.request.url).searchParams.get('token');
      if (token !== null) return moveOn(path, cookie.write(token));
      const kept = cookie.read(exchange.request);
      const view = kept && await look(exchange, kept);
      return view ? show(exchange, view) : brokenLink(exchange);
    },
    async receive(exchange, sent) {
      const cookie = cookieFor(path, exchange.secureCookies);
      const token = cookie.read(exchange.request);
      const view = token && await look(exchange, token);
      if (!token || !view) return brokenLink(exchange);
      if (sent.get('email') !== view.email) return show(exchange, view, exchange.words.otherLink);
      const done = await act(exchange, token, sent, view);
      if ('location' in done) return moveOn(done.location, cookie.end(), ...done.cookies ?? []);
      if ('wrong' in done) return show(exchange, view, done.wrong);
      const isBroken = done.userErrors.some(({ path: at }) => at.at(-1) === 'token');
      if (!isBroken) return show(exchange, view, done.userErrors.map(({ message }) => message).join(' '));
      const known = done.userErrors.find(({ code }) => code === 'TAKEN');
      return brokenLink(exchange, known?.message);
    },
  };
}

function brokenLink({ words }: PageExchange, because = words.broken): Response {
  return page(words, {
    status: 404, title: words.brokenTitle,
    body: html`<p>${because}</p><p class="links"><a href="/sign-in">${words.signIn}</a></p>`,
  });
}

function cookieFor(path: string, isSecure: boolean) {
  const name = `${isSecure ? '__Host-' : ''}gatehouse${path.replace('/', '-')}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  return {
    /** What is no token of ours is written as nothing, and then is a link that does not work. */
    write: (token: string) => `${name}=${/^[\w-]{43}$/.test(token) ? token : ''}; Max-Age=3600; ${attributes}`,
    end: () => `${name}=; Max-Age=0; ${attributes}`,
    read(request: Request): string | null {
      const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) || null;
    },
  };
}
