import { findLink } from '../auth/link-tokens.ts';
import { readSessionCookie, sessionCookie } from '../auth/session.ts';
import { type Html, html } from '../html.ts';
import { confirmSignUp } from '../services/identity/confirm-sign-up.ts';
import { signUp } from '../services/identity/sign-up.ts';
import type { Page } from './exchange.ts';
import { linkPage } from './link-page.ts';
import { moveOn, newPasswordFields, newPasswordIn, page, userNameField } from './page.ts';
import type { Words } from './words.ts';

const signUpPage: Page = {
  path: '/sign-up',
  show: async ({ words }) => page(words, { title: words.signUpTitle, body: signUpForm(words, new URLSearchParams()) }),
  async receive({ words, services, origin }, form) {
    const answer = await signUp(services, {
      email: form.get('email') ?? '', name: form.get('name'), workspaceName: form.get('workspaceName') ?? '',
    }, origin);
    if (answer.ok) return moveOn('/sign-up-sent');
    const wrong = answer.userErrors.map(({ message }) => message).join(' ');
    return page(words, { title: words.signUpTitle, wrong, body: signUpForm(words, form) });
  },
};

function signUpForm(words: Words, sent: URLSearchParams): Html {
  return html`<form method="post" action="/sign-up">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="email" required autofocus value="${sent.get('email') ?? ''}">
<label for="name">${words.yourName}</label>
<input id="name" name="name" autocomplete="name" maxlength="200" value="${sent.get('name') ?? ''}">
<label for="workspaceName">${words.workspaceName}</label>
<input id="workspaceName" name="workspaceName" autocomplete="organization" required maxlength="200"
  value="${sent.get('workspaceName') ?? ''}">
<button>${words.signUp}</button>
</form>
<p class="links"><a href="/sign-in">${words.haveAccount}</a></p>`;
}

const confirmPage = linkPage({
  path: '/confirm-sign-up',
  async look({ services }, token) {
    const link = await findLink(services.database, token, 'SIGN_UP');
    return link?.email ? { email: link.email, workspaceName: String(link.details?.workspaceName ?? '') } : null;
  },
  form: ({ words }, { email, workspaceName }) => ({
    title: words.confirmTitle,
    body: html`<p>${words.confirmIntroduction}</p>
${userNameField(email)}<p>${words.forAddress} <strong>${email}</strong><br>
${words.workspace} <strong>${workspaceName}</strong></p>
${newPasswordFields(words)}
<button>${words.makeWorkspace}</button>`,
  }),
  async act({ services, origin, words, secureCookies, request }, token, form) {
    const password = newPasswordIn(form);
    if (password === null) return { wrong: words.notTheSame };
    const replacedToken = readSessionCookie(request.headers.get('cookie') ?? '', secureCookies);
    const answer = await confirmSignUp(services, { token, password, replacedToken }, origin);
    return answer.ok ? { location: '/account', cookies: [sessionCookie(answer.value.token, secureCookies)] } : answer;
  },
});

export const signUpPages: Page[] = [
  signUpPage,
  confirmPage,
  {
    path: '/sign-up-sent',
    show: async ({ words }) => page(words, {
      title: words.lookInMailTitle,
      body: html`<p>${words.signUpSent}</p>
<p class="hint">${words.notArrived}</p><p class="links"><a href="/sign-up">${words.signUp}</a></p>`,
    }),
  },
];
