import { endedSessionCookie, sessionCookie } from '../auth/session.ts';
import { findUser } from '../db/identity.ts';
import { type Html, html } from '../html.ts';
import type { UserError } from '../services/errors.ts';
import { changeEmail } from '../services/identity/change-email.ts';
import { changePassword } from '../services/identity/change-password.ts';
import { deleteAccount } from '../services/identity/delete-account.ts';
import type { SignedInUser } from '../services/identity/sessions.ts';
import type { Page, PageExchange } from './exchange.ts';
import { moveOn, newPasswordFields, newPasswordIn, page, userNameField } from './page.ts';
import { userOf } from './signed-in.ts';
import type { Words } from './words.ts';

type Done = { location: string; cookies?: string[] } | { userErrors: readonly UserError[] } | { wrong: string };

type ChangeOptions = {
  path: string;
  title: (words: Words) => string;
  /** What stands in the form before the password of now. */
  before?: (words: Words, sent: URLSearchParams) => Html;
  /** And behind it. */
  behind?: (words: Words) => Html;
  button: (words: Words) => Html;
  act: (exchange: PageExchange, user: SignedInUser, form: URLSearchParams) => Promise<Done>;
};

/** A page that changes one's account: for who is signed in, and knows the password. */
function changePage({ path, title, before, behind, button, act }: ChangeOptions): Page {
  const show = async (
    { words, services }: PageExchange, { userId }: SignedInUser, sent = new URLSearchParams(), wrong?: string,
  ): Promise<Response> => {
    const person = await findUser(services.database, userId);
    return page(words, {
      title: title(words), wrong,
      body: html`<form method="post" action="${path}">
${userNameField(person?.email ?? '')}${before?.(words, sent) ?? ''}
<label for="currentPassword">${words.currentPassword}</label>
<input id="currentPassword" name="currentPassword" type="password" autocomplete="current-password" required>
${behind?.(words) ?? ''}
${button(words)}
</form>
<p class="links"><a href="/account">${words.backToAccount}</a></p>`,
    });
  };
  return {
    path,
    async show(exchange) {
      const user = await userOf(exchange);
      return user ? show(exchange, user) : moveOn('/sign-in');
    },
    async receive(exchange, form) {
      const user = await userOf(exchange);
      if (!user) return moveOn('/sign-in');
      const done = await act(exchange, user, form);
      if ('location' in done) return moveOn(done.location, ...done.cookies ?? []);
      const wrong = 'wrong' in done ? done.wrong : done.userErrors.map(({ message }) => message).join(' ');
      return show(exchange, user, form, wrong);
    },
  };
}

const passwordPage = changePage({
  path: '/change-password',
  title: (words) => words.changePasswordTitle,
  behind: (words) => newPasswordFields(words, { label: words.newPassword, isFirst: false }),
  button: (words) => html`<button>${words.changePassword}</button>`,
  async act({ services, origin, words, secureCookies }, user, form) {
    const newPassword = newPasswordIn(form);
    if (newPassword === null) return { wrong: words.notTheSame };
    const currentPassword = form.get('currentPassword') ?? '';
    const answer = await changePassword(services, user, { currentPassword, newPassword }, origin);
    if (!answer.ok) return answer;
    return { location: '/password-changed', cookies: [sessionCookie(answer.value.token, secureCookies)] };
  },
});

const emailPage = changePage({
  path: '/change-email',
  title: (words) => words.changeEmailTitle,
  before: (words, sent) => html`<p>${words.changeEmailIntroduction}</p>
<label for="newEmail">${words.newEmail}</label>
<input id="newEmail" name="newEmail" type="email" autocomplete="email" required autofocus
  value="${sent.get('newEmail') ?? ''}">`,
  button: (words) => html`<button>${words.send}</button>`,
  async act({ services, origin }, user, form) {
    const [newEmail, currentPassword] = [form.get('newEmail') ?? '', form.get('currentPassword') ?? ''];
    const answer = await changeEmail(services, user, { newEmail, currentPassword }, origin);
    return answer.ok ? { location: '/email-change-sent' } : answer;
  },
});

const deletePage = changePage({
  path: '/delete-account',
  title: (words) => words.deleteAccountTitle,
  before: (words) => html`<p>${words.deleteAccountIntroduction}</p>`,
  button: (words) => html`<button class="grave">${words.deleteAccount}</button>`,
  async act({ services, origin, secureCookies }, user, form) {
    const answer = await deleteAccount(services, user, form.get('currentPassword') ?? '', origin);
    return answer.ok ? { location: '/account-deleted', cookies: [endedSessionCookie(secureCookies)] } : answer;
  },
});

/** What is said when it is done. */
function donePage(path: string, title: (words: Words) => string, text: (words: Words) => string, next: string): Page {
  return {
    path,
    show: async ({ words }) => page(words, {
      title: title(words),
      body: html`<p>${text(words)}</p>
<p class="links"><a href="${next}">${next === '/account' ? words.backToAccount : words.signIn}</a></p>`,
    }),
  };
}

export const changeAccountPages: Page[] = [
  passwordPage,
  emailPage,
  deletePage,
  donePage('/password-changed', (words) => words.passwordChangedTitle, (words) => words.passwordChanged, '/account'),
  donePage('/email-change-sent', (words) => words.lookInMailTitle, (words) => words.emailChangeSent, '/account'),
  donePage('/account-deleted', (words) => words.accountDeletedTitle, (words) => words.accountDeleted, '/sign-in'),
];
