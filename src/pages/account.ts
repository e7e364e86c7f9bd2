import { endedSessionCookie, listSessions, sessionCookie } from '../auth/session.ts';
import { findUser, membershipsOfUser } from '../db/identity.ts';
import { type Html, html } from '../html.ts';
import { deviceOf } from '../services/identity/device.ts';
import { endSession, signOutEverywhere, switchWorkspace } from '../services/identity/sessions.ts';
import { signOut } from '../services/identity/sign-out.ts';
import type { Page } from './exchange.ts';
import { moveOn, page } from './page.ts';
import { userOf } from './signed-in.ts';

/** Where somebody is signed in, and the ways out. */
const accountPage: Page = {
  path: '/account',
  async show(exchange) {
    const user = await userOf(exchange);
    if (!user) return moveOn('/sign-in');
    const { services: { database, now }, words } = exchange;
    const { userId, principal, token } = user;
    const [person, workspaces, sessions] = await Promise.all([
      findUser(database, userId), membershipsOfUser(database, userId), listSessions(database, userId, token, now()),
    ]);
    const others = workspaces.filter(({ workspaceId }) => workspaceId !== principal.workspace.id);
    const time = new Intl.DateTimeFormat(words.language, {
      dateStyle: 'medium', timeStyle: 'short', timeZone: principal.workspace.timeZone,
    });
    const switches = others.map(({ slug, name }) => html`<li><span>${name}</span>
${button('switch', 'workspace', slug, `${words.switchTo} ${name}`, words.switchTo)}</li>`);
    const rows = sessions.map(({ id, userAgent, ipAddress, lastSeenAt, isCurrent }) => html`
<li><span>${deviceOf(userAgent)}
<small>${ipAddress ? `${ipAddress} · ` : ''}${words.lastSeen} ${time.format(lastSeenAt)}</small></span>
${isCurrent ? html`<span class="hint">${words.thisOne}</span>`
    : button('end', 'session', id, `${words.endSession}: ${deviceOf(userAgent)}`, words.endSession)}</li>`);
    return page(words, {
      title: words.accountTitle,
      body: html`<p>${words.signedInAs} <strong>${person?.email ?? ''}</strong><br>
${words.worksIn} <strong>${principal.workspace.name}</strong></p>
${others.length > 0 ? html`<ul class="rows">${switches}</ul>` : html``}
<h2>${words.sessions}</h2>
<ul class="rows">${rows}</ul>
<div class="actions">
<form method="post" action="/account"><button name="do" value="sign-out">${words.signOut}</button></form>
<form method="post" action="/account">
<button class="plain" name="do" value="sign-out-everywhere">${words.signOutEverywhere}</button></form>
</div>
<p class="links"><a href="/change-password">${words.changePasswordTitle}</a> ·
<a href="/change-email">${words.changeEmailTitle}</a> · <a href="/delete-account">${words.deleteAccountTitle}</a></p>`,
    });
  },
  async receive(exchange, form) {
    const { services, origin, secureCookies } = exchange;
    const user = await userOf(exchange);
    if (!user) return moveOn('/sign-in');
    switch (form.get('do')) {
      case 'sign-out':
        await signOut(services, user.token, origin);
        return moveOn('/signed-out', endedSessionCookie(secureCookies));
      case 'sign-out-everywhere':
        await signOutEverywhere(services, user, false, origin);
        return moveOn('/signed-out', endedSessionCookie(secureCookies));
      case 'end': {
        const id = form.get('session') ?? '';
        if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) await endSession(services, user, id, origin);
        return moveOn('/account');
      }
      case 'switch': {
        const answer = await switchWorkspace(services, user, form.get('workspace') ?? '', origin);
        return moveOn('/account', ...(answer.ok ? [sessionCookie(answer.value.token, secureCookies)] : []));
      }
      default: return moveOn('/account');
    }
  },
};

function button(action: string, name: string, value: string, label: string, text: string): Html {
  return html`<form method="post" action="/account"><input type="hidden" name="${name}" value="${value}">
<button class="plain" name="do" value="${action}" aria-label="${label}">${text}</button></form>`;
}

export const accountPages: Page[] = [
  accountPage,
  {
    path: '/signed-out',
    show: async ({ words }) => page(words, {
      title: words.signedOutTitle, body: html`<p class="links"><a href="/sign-in">${words.signIn}</a></p>`,
    }),
  },
];
