import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changeEmail } from '../../src/services/identity/change-email.ts';
import { authenticate } from '../../src/auth/authenticate.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { type BrowserWorld, hasBrowser, obstacles, openBrowserWorld, picture } from './browser.ts';

const password = 'correct horse battery';
const next = 'another horse, another battery';

describe.skipIf(!hasBrowser)('the pages, in a real browser (needs chromium)', () => {
  let world: BrowserWorld;
  beforeAll(async () => {
    world = await openBrowserWorld();
  });
  afterAll(() => world.close());
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]));

  let count = 0;
  /** Somebody with a workspace, not signed in. */
  async function aPerson(): Promise<string> {
    count += 1;
    const email = `person${count}@pages.example`;
    const made = await createWorkspace(world.services, { slug: `pages-${count}`, owner: { email, password } });
    expect(made.ok).toBe(true);
    return email;
  }
  const workspaceOf = async (email: string) => (await world.asOwner(
    `select s.workspace_id as id from session s join "user" u on u.id = s.user_id where u.email = $1 limit 1`,
    [email]))[0]!.id!;
  /** Somebody else with an account in the person's workspace, who is to be its owner. */
  async function anotherOwner(email: string): Promise<string> {
    const other = await aPerson();
    const [made] = await world.asOwner(
      `insert into member (workspace_id, id, user_id, name, email, updated_at)
         select $2, gen_random_uuid(), u.id, 'Other', u.email, now() from "user" u where u.email = $1 returning id`,
      [other, await workspaceOf(email)], await workspaceOf(email));
    return made!.id!;
  }
  async function linkIn(email: string): Promise<string> {
    const { path, token } = (await world.mails(email)).findLast((mail) => mail.token !== null)!;
    return `${path}?token=${token}`;
  }
  async function signIn(page: Page, email: string, chosen = password): Promise<void> {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(chosen);
    await press(page, page.getByRole('button', { name: 'Sign in' }));
  }
  async function choosePassword(page: Page, chosen: string, repeated = chosen): Promise<void> {
    await page.getByLabel('Password', { exact: true }).fill(chosen);
    await page.getByLabel('The same again').fill(repeated);
    await press(page, page.getByRole('button'));
  }
  /** Until the page is there that it leads to. */
  async function press(page: Page, button: Locator): Promise<void> {
    await Promise.all([page.waitForEvent('load'), button.click()]);
  }
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const complaint = (page: Page) => page.getByRole('alert').textContent();

  test('from signing up to signing out', async () => {
    const page = await world.aBrowser();
    await page.goto('/sign-in');
    await picture(page, '1-sign-in');
    expect(await obstacles(page)).toEqual([]);
    await press(page, page.getByRole('link', { name: 'Sign up' }));
    await picture(page, '2-sign-up');
    expect(await obstacles(page)).toEqual([]);
    await page.getByLabel('E-mail address').fill('ada@analytical.example');
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('Name of the workspace').fill('Analytical Engines');
    await press(page, page.getByRole('button', { name: 'Sign up' }));
    expect(await heading(page)).toBe('Look into your mail');
    await picture(page, '3-look-into-your-mail');

    await page.goto(await linkIn('ada@analytical.example'));
    // The token is gone from the address, and so from history and from what other pages are told.
    expect(page.url()).toBe(`${world.url}/confirm-sign-up`);
    await picture(page, '4-make-your-workspace');
    expect(await obstacles(page)).toEqual([]);
    await choosePassword(page, 'passwordpassword');
    expect(await complaint(page)).toMatch(/known from breaches/);
    await picture(page, '5-known-from-breaches');
    expect(await obstacles(page)).toEqual([]);
    await choosePassword(page, password, `${password}!`);
    expect(await complaint(page)).toMatch(/not the same/);
    await choosePassword(page, password);

    expect(await heading(page)).toBe('Your account');
    expect(await page.getByText('ada@analytical.example').isVisible()).toBe(true);
    expect(await page.getByText('Analytical Engines').isVisible()).toBe(true);
    await picture(page, '6-your-account');
    expect(await obstacles(page)).toEqual([]);
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'gatehouse');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });

    await press(page, page.getByRole('button', { name: 'Sign out', exact: true }));
    expect(await heading(page)).toBe('You are signed out');
    await page.goto('/account');
    expect(await heading(page)).toBe('Sign in');
    await signIn(page, 'ada@analytical.example');
    expect(await heading(page)).toBe('Your account');
  });

  test('a wrong password and an unknown address look the same, and keep what was typed', async () => {
    const email = await aPerson();
    const page = await world.aBrowser();
    await signIn(page, email, 'wrong wrong wrong');
    const known = await complaint(page);
    await picture(page, '7-wrong-password');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(email);
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await signIn(page, 'nobody@pages.example', 'wrong wrong wrong');
    expect(await complaint(page)).toBe(known);
  });

  test('a forgotten password is set anew by mail, which ends what was signed in', async () => {
    const email = await aPerson();
    const [page, elsewhere] = [await world.aBrowser(), await world.aBrowser()];
    await signIn(elsewhere, email);
    await page.goto('/sign-in');
    await press(page, page.getByRole('link', { name: 'Forgot your password?' }));
    await page.getByLabel('E-mail address').fill(email);
    await picture(page, '8-forgot-password');
    await press(page, page.getByRole('button', { name: 'Send link' }));
    expect(await heading(page)).toBe('Look into your mail');
    const link = await linkIn(email);
    await page.goto(link);
    await picture(page, '9-choose-your-password');
    expect(await obstacles(page)).toEqual([]);
    await choosePassword(page, next);
    expect(await heading(page)).toBe('Your password is set');
    await elsewhere.goto('/account');
    expect(await heading(elsewhere)).toBe('Sign in');
    await page.goto(link);
    expect(await heading(page)).toBe('This link does not work any more');
    await picture(page, '10-broken-link');
    await signIn(page, email, next);
    expect(await heading(page)).toBe('Your account');
  });

  test('sessions are seen and ended, one and all', async () => {
    const email = await aPerson();
    const [here, there, third] = [await world.aBrowser(), await world.aBrowser(), await world.aBrowser()];
    for (const page of [here, there, third]) await signIn(page, email);
    await here.goto('/account');
    expect(await here.getByText('Chrome on Linux').count()).toBe(3);
    await picture(here, '11-sessions');
    await press(here, here.getByRole('button', { name: /^End/ }).first());
    expect(await here.getByText('Chrome on Linux').count()).toBe(2);
    await press(here, here.getByRole('button', { name: 'Sign out everywhere' }));
    for (const page of [here, there, third]) {
      await page.goto('/account');
      expect(await heading(page)).toBe('Sign in');
    }
  });

  test('somebody in two workspaces goes from one to the other', async () => {
    const email = await aPerson();
    await createWorkspace(world.services, { slug: 'zoo', name: 'Zoo', owner: { email } });
    const page = await world.aBrowser();
    await signIn(page, email);
    const before = (await page.context().cookies()).find(({ name }) => name === 'gatehouse')!.value;
    await press(page, page.getByRole('button', { name: 'Go to Zoo' }));
    expect(await page.getByText('Working in Zoo').isVisible()).toBe(true);
    expect((await page.context().cookies()).find(({ name }) => name === 'gatehouse')!.value).not.toBe(before);
  });

  test('a new address is confirmed on its page', async () => {
    const email = await aPerson();
    const page = await world.aBrowser();
    await signIn(page, email);
    const token = (await page.context().cookies()).find(({ name }) => name === 'gatehouse')!.value;
    const { principal } = await authenticate(
      world.database, new Headers({ authorization: `Bearer ${token}` }), false);
    const newEmail = `new-${email}`;
    const user = { userId: principal!.userId!, principal: principal!, token };
    const nowhere = { ipAddress: null, userAgent: null, requestId: null };
    await changeEmail(world.services, user, { newEmail, currentPassword: password }, nowhere);
    await page.goto(await linkIn(newEmail));
    await picture(page, '12-confirm-address');
    expect(await obstacles(page)).toEqual([]);
    await press(page, page.getByRole('button', { name: 'Confirm address' }));
    expect(await heading(page)).toBe('Your address is changed');
    await signIn(page, newEmail);
    expect(await heading(page)).toBe('Your account');
  });

  test('the password is changed on its page; the browser stays signed in, and no other does', async () => {
    const email = await aPerson();
    const [page, elsewhere] = [await world.aBrowser(), await world.aBrowser()];
    for (const each of [page, elsewhere]) await signIn(each, email);
    await press(page, page.getByRole('link', { name: 'Change your password' }));
    await picture(page, '14-change-password');
    expect(await obstacles(page)).toEqual([]);
    const change = async (current: string, chosen: string, repeated = chosen) => {
      await page.getByLabel('Current password').fill(current);
      await page.getByLabel('New password').fill(chosen);
      await page.getByLabel('The same again').fill(repeated);
      await press(page, page.getByRole('button', { name: 'Change password' }));
    };
    await change('wrong wrong wrong', next);
    expect(await complaint(page)).toMatch(/wrong/);
    await change(password, next, `${next}!`);
    expect(await complaint(page)).toMatch(/not the same/);
    await change(password, 'passwordpassword');
    expect(await complaint(page)).toMatch(/breaches/);
    await picture(page, '15-change-password-refused');
    expect(await obstacles(page)).toEqual([]);
    await change(password, next);
    expect(await heading(page)).toBe('Your password is changed');
    await press(page, page.getByRole('link', { name: 'Your account' }));
    expect(await heading(page)).toBe('Your account');
    await elsewhere.goto('/account');
    expect(await heading(elsewhere)).toBe('Sign in');
    await signIn(elsewhere, email, next);
    expect(await heading(elsewhere)).toBe('Your account');
  });

  test('the address is changed on its page, once the new mailbox has answered', async () => {
    const email = await aPerson();
    const page = await world.aBrowser();
    await signIn(page, email);
    await press(page, page.getByRole('link', { name: 'Change your address' }));
    await picture(page, '16-change-address');
    expect(await obstacles(page)).toEqual([]);
    const change = async (newEmail: string, current: string) => {
      await page.getByLabel('New e-mail address').fill(newEmail);
      await page.getByLabel('Current password').fill(current);
      await press(page, page.getByRole('button', { name: 'Send link' }));
    };
    await change(`next-${email}`, 'wrong wrong wrong');
    expect(await complaint(page)).toMatch(/wrong/);
    expect(await page.getByLabel('New e-mail address').inputValue()).toBe(`next-${email}`);
    await change(email, password);
    expect(await complaint(page)).toMatch(/the address that you have/);
    await change(`next-${email}`, password);
    expect(await heading(page)).toBe('Look into your mail');
    await page.goto(await linkIn(`next-${email}`));
    await press(page, page.getByRole('button', { name: 'Confirm address' }));
    expect(await heading(page)).toBe('Your address is changed');
    await signIn(page, `next-${email}`);
    expect(await heading(page)).toBe('Your account');
  });

  test('the account is deleted on its page, by who is nobody\'s last owner', async () => {
    const email = await aPerson();
    const page = await world.aBrowser();
    await signIn(page, email);
    await press(page, page.getByRole('link', { name: 'Delete your account' }));
    await picture(page, '17-delete-account');
    expect(await obstacles(page)).toEqual([]);
    const leave = async (current: string) => {
      await page.getByLabel('Current password').fill(current);
      await press(page, page.getByRole('button', { name: 'Delete account' }));
    };
    await leave('wrong wrong wrong');
    expect(await complaint(page)).toMatch(/wrong/);
    await leave(password);
    expect(await complaint(page)).toMatch(/You are alone in/);
    await picture(page, '18-alone');
    const other = await anotherOwner(email);
    await leave(password);
    expect(await complaint(page)).toMatch(/the last owner of .*make somebody else owner first/);
    await world.asOwner(
      `insert into member_role (workspace_id, member_id, role_id)
         select r.workspace_id, $1, r.id from role r where r.built_in = 'OWNER' and r.workspace_id = $2`,
      [other, await workspaceOf(email)], await workspaceOf(email));
    await page.goto('/delete-account');
    await leave(password);
    expect(await heading(page)).toBe('Your account is deleted');
    await page.goto('/account');
    expect(await heading(page)).toBe('Sign in');
    await signIn(page, email);
    expect(await complaint(page)).toMatch(/wrong/);
  });

  test.each(['/change-password', '/change-email', '/delete-account'])('%s is for who is signed in', async (path) => {
    const page = await world.aBrowser();
    await page.goto(path);
    expect(await heading(page)).toBe('Sign in');
    // And by a form alone: no script, no other site.
    const answer = await fetch(`${world.url}${path}`, {
      method: 'POST', redirect: 'manual', headers: { origin: 'https://evil.example' },
      body: new URLSearchParams({ currentPassword: password }),
    });
    expect(answer.status).toBe(400);
  });

  test('a page of another site neither signs anybody in nor out, nor frames ours', async () => {
    const email = await aPerson();
    const page = await world.aBrowser();
    await signIn(page, email);
    // 127.0.0.1 and localhost are two sites.
    const foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<h1>Foreign</h1><iframe src="${world.url}/sign-in"></iframe>
        <form id="out" method="post" action="${world.url}/account"><input name="do" value="sign-out-everywhere"></form>
        <form id="in" method="post" action="${world.url}/sign-in"><input name="email" value="${email}">
          <input name="password" value="${password}"></form>`);
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', () => resolve()));
    const address = `http://localhost:${(foreign.address() as AddressInfo).port}/`;
    try {
      for (const form of ['out', 'in']) {
        await page.goto(address);
        const [answer] = await Promise.all([
          page.waitForResponse((response) => response.url().startsWith(world.url)
            && response.request().method() === 'POST'),
          page.waitForEvent('load'),
          page.evaluate((id) => document.querySelector<HTMLFormElement>(`#${id}`)!.submit(), form),
        ]);
        expect(answer.status(), form).toBe(400);
        expect(await answer.headerValue('set-cookie'), form).toBeNull();
      }
      expect(world.complaints.splice(0).join()).toMatch(/frame/i);
      await page.goto('/account');
      expect(await heading(page)).toBe('Your account');
    } finally {
      foreign.close();
    }
  });

  test('on the screen of a phone nothing is wider than it', async () => {
    const page = await world.aBrowser();
    await page.setViewportSize({ width: 320, height: 640 });
    await signIn(page, await aPerson());
    for (const path of [
      '/sign-in', '/sign-up', '/forgot-password', '/reset-password', '/account', '/change-password', '/change-email',
      '/delete-account',
    ]) {
      await page.goto(path);
      expect(await obstacles(page), path).toEqual([]);
    }
    await page.goto('/sign-up');
    await picture(page, '13-on-a-phone');
  });
});
