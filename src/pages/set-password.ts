import { html } from '../html.ts';
import { findPasswordLink, setPassword } from '../services/identity/set-password.ts';
import type { Page } from './exchange.ts';
import { linkPage } from './link-page.ts';
import { newPasswordFields, newPasswordIn, page, userNameField } from './page.ts';

/** One's password, by the link of a mail (`/reset-password`) or of whoever made the account (`/set-password`). */
function passwordPage(path: string): Page {
  return linkPage({
    path,
    look: ({ services }, token) => findPasswordLink(services.database, token),
    form: ({ words }, { email }) => ({
      title: words.choosePasswordTitle,
      body: html`${userNameField(email)}<p>${words.forAddress} <strong>${email}</strong></p>
${newPasswordFields(words)}
<button>${words.setPassword}</button>`,
    }),
    async act({ services, origin, words }, token, form) {
      const password = newPasswordIn(form);
      if (password === null) return { wrong: words.notTheSame };
      const answer = await setPassword(services, { token, password }, origin);
      return answer.ok ? { location: '/password-set' } : answer;
    },
  });
}

export const passwordPages: Page[] = [
  passwordPage('/set-password'),
  passwordPage('/reset-password'),
  {
    path: '/password-set',
    show: async ({ words }) => page(words, {
      title: words.passwordSetTitle,
      body: html`<p>${words.passwordSet}</p><p class="links"><a href="/sign-in">${words.signIn}</a></p>`,
    }),
  },
];
