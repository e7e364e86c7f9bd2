import { OverloadedError } from '../auth/hash-queue.ts';
import { passwordLength } from '../auth/password.ts';
import type { Origin, Services } from '../services/context.ts';
import { findPasswordLink, setPassword } from '../services/identity/set-password.ts';
import { readForm } from './form.ts';
import { html, page, privateHeaders } from './page.ts';

export const setPasswordPath = '/set-password';

export type PageDependencies = {
  services: Pick<Services, 'database' | 'newId' | 'now'>;
  origin: Origin;
  /** True when PUBLIC_URL is https. */
  secureCookies: boolean;
  /** The request's body, bounded. */
  readBody: () => Promise<Uint8Array>;
};

/** Twice the longest password, each character of it up to twelve bytes as forms write it. */
const maxFormBytes = 2 * 12 * passwordLength.max + 1_000;

/**
 * The page behind a one-time link. The link's own request is answered with a redirection that moves the token out of
 * the address into a cookie: it stays in no history, and no other page is told of it. Looking at the page, as scanners
 * of mail do, uses nothing up.
 */
export async function setPasswordPage(request: Request, dependencies: PageDependencies): Promise<Response> {
  const { services, secureCookies } = dependencies;
  const { searchParams } = new URL(request.url);
  const cookie = cookieFor(secureCookies);
  switch (request.method) {
    case 'GET':
    case 'HEAD': {
      const token = searchParams.get('token');
      if (token !== null) return moveOn(setPasswordPath, cookie.write(token));
      if (searchParams.has('done')) return donePage();
      const link = await findLink(services, cookie.read(request));
      return link ? formPage(link.email) : brokenLinkPage();
    }
    case 'POST': return receive(request, dependencies, cookie);
    default: return new Response(null, { status: 405, headers: { Allow: 'GET, HEAD, POST', ...privateHeaders } });
  }
}

async function receive(
  request: Request, { services, origin, readBody }: PageDependencies, cookie: Cookie,
): Promise<Response> {
  const form = isFromOurPage(request.headers) ? await readForm(request.headers, readBody, maxFormBytes) : null;
  if (!form) return page({ status: 400, title: 'That did not work', body: html`<p>Please open the link again.` });
  const token = cookie.read(request);
  const link = await findLink(services, token);
  if (!token || !link) return brokenLinkPage();
  // Another link may have been opened meanwhile: the password is meant for the address that the form named.
  if (form.get('email') !== link.email) {
    return formPage(link.email, 'The link that you opened last is for another address: see below.');
  }
  const password = form.get('password') ?? '';
  if (password !== form.get('repeated')) return formPage(link.email, 'The two passwords are not the same.');
  try {
    const answer = await setPassword(services, { token, password }, origin);
    if (answer.ok) return moveOn(`${setPasswordPath}?done`, cookie.end());
    const wrong = answer.userErrors.find(({ code }) => code === 'INVALID_INPUT');
    return wrong ? formPage(link.email, wrong.message) : brokenLinkPage();
  } catch (error) {
    if (!(error instanceof OverloadedError)) throw error;
    return page({
      status: 503, headers: { 'Retry-After': '5' }, title: 'Too much going on',
      body: html`<p>Nothing was changed. Please go back and try again in a moment.`,
    });
  }
}

async function findLink(
  services: PageDependencies['services'], token: string | null,
): Promise<{ email: string } | null> {
  return token ? findPasswordLink(services.database, token) : null;
}

/**
 * Browsers say where a form came from. `Origin` is `null` here, since the page tells nobody its address, and is looked
 * at only where the newer header is missing; the cookie itself is not sent along by forms of other sites.
 */
function isFromOurPage(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  return origin === null || origin === 'null' || URL.parse(origin)?.host === headers.get('host');
}

type Cookie = ReturnType<typeof cookieFor>;

function cookieFor(isSecure: boolean) {
  const name = isSecure ? '__Host-gatehouse-link' : 'gatehouse-link';
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

function moveOn(location: string, cookie: string): Response {
  return new Response(null, { status: 303, headers: { Location: location, 'Set-Cookie': cookie, ...privateHeaders } });
}

function formPage(email: string, wrong?: string): Response {
  const complaint = wrong ? html`<p class="wrong" role="alert">${wrong}` : html``;
  return page({
    status: wrong ? 422 : 200,
    title: 'Choose your password',
    body: html`${complaint}
<form method="post" action="${setPasswordPath}">
<input name="email" type="email" autocomplete="username" value="${email}" readonly hidden>
<p>For <strong>${email}</strong>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required autofocus
  aria-describedby="hint">
<p class="hint" id="hint">At least ${passwordLength.min} characters, of any kind. Several words are easy to remember.
<label for="repeated">The same again</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required>
<button>Set password</button>
</form>`,
  });
}

function donePage(): Response {
  return page({
    title: 'Your password is set',
    body: html`<p>You can sign in with it now. If you were signed in anywhere before, that has ended.`,
  });
}

function brokenLinkPage(): Response {
  return page({
    status: 404,
    title: 'This link does not work any more',
    body: html`<p>It works once, and for an hour. Ask whoever gave it to you for a new one.`,
  });
}
