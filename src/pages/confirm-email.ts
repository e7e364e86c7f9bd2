import { html } from '../html.ts';
import { confirmEmail, findEmailLink } from '../services/identity/change-email.ts';
import type { Page } from './exchange.ts';
import { linkPage } from './link-page.ts';
import { page, userNameField } from './page.ts';

export const confirmEmailPages: Page[] = [
  linkPage({
    path: '/confirm-email',
    look: ({ services }, token) => findEmailLink(services.database, token),
    form: ({ words }, { email }) => ({
      title: words.confirmEmailTitle,
      body: html`${userNameField(email)}<p><strong>${email}</strong></p><p>${words.confirmEmailIntroduction}</p>
<button>${words.confirmEmail}</button>`,
    }),
    async act({ services, origin }, token) {
      const answer = await confirmEmail(services, token, origin);
      return answer.ok ? { location: '/email-confirmed' } : answer;
    },
  }),
  {
    path: '/email-confirmed',
    show: async ({ words }) => page(words, {
      title: words.emailChangedTitle,
      body: html`<p>${words.emailChanged}</p><p class="links"><a href="/sign-in">${words.signIn}</a></p>`,
    }),
  },
];
