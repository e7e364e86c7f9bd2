import { authenticate } from '../auth/authenticate.ts';
import type { Principal } from '../auth/principal.ts';
import { readSessionCookie, sessionCookie } from '../auth/session.ts';
import { findUser } from '../db/identity.ts';
import { type Html, html } from '../html.ts';
import { type InvitationFacts, acceptInvitation, findInvitation } from '../services/invitation/accept-invitation.ts';
import type { Page, PageExchange } from './exchange.ts';
import { linkPage } from './link-page.ts';
import { newPasswordFields, newPasswordIn, userNameField } from './page.ts';
import type { Words } from './words.ts';

type View = InvitationFacts & { /** Signed in with the address that is invited, if so. */ principal: Principal | null };

export const invitationPages: Page[] = [
  linkPage<View>({
    path: '/accept-invitation',
    async look(exchange, token) {
      const invitation = await findInvitation(exchange.services, token);
      return invitation && { ...invitation, principal: await signedInWith(exchange, invitation.email) };
    },
    form: ({ words }, view) => ({
      title: words.invitationTitle,
      body: html`<p><strong>${view.inviter}</strong> ${words.invitesYou} <strong>${view.workspace}</strong>.</p>
${userNameField(view.email)}<p>${words.forAddress} <strong>${view.email}</strong></p>
${identification(words, view)}
<button>${words.acceptInvitation}</button>`,
    }),
    async act({ services, origin, words, secureCookies, request }, token, form, { hasAccount, principal }) {
      const password = hasAccount ? form.get('password') ?? '' : newPasswordIn(form);
      if (password === null) return { wrong: words.notTheSame };
      const input = {
      token, password: principal ? null : password, name: form.get('name')?.trim() || null,
      replacedToken: readSessionCookie(request.headers.get('cookie') ?? '', secureCookies),
    };
      const answer = await acceptInvitation(services, input, principal, origin);
      if (!answer.ok) return answer;
      return { location: '/account', cookies: [sessionCookie(answer.value.token, secureCookies)] };
    },
  }),
];

/** Whoever has an account shows that it is his; the link alone makes a new one. */
function identification(words: Words, { hasAccount, principal }: View): Html {
  if (principal) return html`<p>${words.signedInAlready}</p>`;
  if (!hasAccount) {
    return html`<label for="name">${words.yourName}</label>
<input id="name" name="name" autocomplete="name" maxlength="200">
${newPasswordFields(words)}`;
  }
  return html`<p>${words.haveAccountAlready}</p>
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<p class="links"><a href="/forgot-password">${words.forgotten}</a></p>`;
}

/** By the browser's cookie; who is signed in with another address is nobody here. */
async function signedInWith(
  { services, request, secureCookies, origin }: PageExchange, email: string,
): Promise<Principal | null> {
  const headers = new Headers({ cookie: request.headers.get('cookie') ?? '' });
  const { principal } = await authenticate(services.database, headers, secureCookies, { origin });
  const user = principal?.userId ? await findUser(services.database, principal.userId) : null;
  return user?.email === email ? principal : null;
}
