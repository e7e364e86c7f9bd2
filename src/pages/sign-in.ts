import { readSessionCookie, sessionCookie } from '../auth/session.ts';
import { type Html, html } from '../html.ts';
import { requestPasswordReset } from '../services/identity/reset-password.ts';
import { signIn } from '../services/identity/sign-in.ts';
import type { Page } from './exchange.ts';
import { moveOn, page } from './page.ts';
import type { Words } from './words.ts';

const signInPage: Page = {
  path: '/sign-in',
  show: async ({ words }) => page(words, { title: words.signInTitle, body: signInForm(words, '') }),
  async receive({ words, services, origin, request, secureCookies }, form) {
    const email = form.get('email') ?? '';
    const answer = await signIn(services, {
      email, password: form.get('password') ?? '', ...origin,
      replacedToken: readSessionCookie(request.headers.get('cookie') ?? '', secureCookies),
    });
    if (answer.ok) return moveOn('/account', sessionCookie(answer.value.token, secureCookies));
    return page(words, { title: words.signInTitle, wrong: words.signInRefused, body: signInForm(words, email) });
  },
};

function signInForm(words: Words, email: string): Html {
  return html`<form method="post" action="/sign-in">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required autofocus value="${email}">
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>${words.signIn}</button>
</form>
<p class="links"><a href="/forgot-password">${words.forgotten}</a> · <a href="/sign-up">${words.noAccount}</a></p>`;
}

const forgotPage: Page = {
  path: '/forgot-password',
  show: async ({ words }) => page(words, { title: words.forgotTitle, body: forgotForm(words, '') }),
  async receive({ words, services, origin }, form) {
    const email = form.get('email') ?? '';
    const answer = await requestPasswordReset(services, email, origin);
    if (answer.ok) return moveOn('/reset-sent');
    const wrong = answer.userErrors.map(({ message }) => message).join(' ');
    return page(words, { title: words.forgotTitle, wrong, body: forgotForm(words, email) });
  },
};

function forgotForm(words: Words, email: string): Html {
  return html`<p>${words.forgotIntroduction}</p>
<form method="post" action="/forgot-password">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required autofocus value="${email}">
<button>${words.send}</button>
</form>
<p class="links"><a href="/sign-in">${words.signIn}</a></p>`;
}

export const signInPages: Page[] = [
  signInPage,
  forgotPage,
  {
    path: '/reset-sent',
    show: async ({ words }) => page(words, {
      title: words.lookInMailTitle,
      body: html`<p>${words.resetSent}</p>
<p class="hint">${words.notArrived}</p><p class="links"><a href="/forgot-password">${words.forgotTitle}</a></p>`,
    }),
  },
];
