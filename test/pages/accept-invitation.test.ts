import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { principalFrom } from '../../src/auth/authenticate.ts';
import { linkToken } from '../../src/auth/link-tokens.ts';
import { principalOfMember } from '../../src/db/identity.ts';
import type { Services } from '../../src/services/context.ts';
import { createInvitation } from '../../src/services/invitation/create-invitation.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { type BrowserWorld, hasBrowser, obstacles, openBrowserWorld, picture } from './browser.ts';

const password = 'correct horse battery';

describe.skipIf(!hasBrowser)('the page of an invitation, in a real browser (needs chromium)', () => {
  let world: BrowserWorld;
  beforeAll(async () => {
    world = await openBrowserWorld();
  });
  afterAll(() => world.close());
  afterEach(() => expect(world.complaints.splice(0)).toEqual([]));

  let count = 0;
  async function aWorkspace(email = `inviter${count}@pages.example`) {
    count += 1;
    const made = await createWorkspace(world.services, {
      slug: `inviting-${count}`,
      name: `Team ${count}`,
      owner: { email, password },
    });
    if (!made.ok) throw new Error(JSON.stringify(made.userErrors));
    return { ...made.value, email, name: `Team ${count}` };
  }

  /** @returns the address in the mail, without where the server is */
  async function invite(
    { workspaceId, email: inviter }: { workspaceId: string; email: string },
    email: string,
  ): Promise<string> {
    const services = world.services as Services;
    const row = await principalOfMember(services.database, workspaceId, inviter);
    const { userErrors } = await createInvitation.run(
      { services, principal: principalFrom(row!, 'API'), requestId: 'test' },
      { email, builtInRoles: ['REP'] },
    );
    expect(userErrors).toEqual([]);
    const [mail] = await world.asOwner(
      'select link_token_id as id, link_path as path from mail where to_address = $1 and workspace_id = $2',
      [email, workspaceId],
      workspaceId,
    );
    return `${mail!.path}?token=${linkToken(services.cursorSecret, 'INVITATION', mail!.id!)}`;
  }
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const join = (page: Page) =>
    Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Join' }).click()]);

  test('a new person chooses a password and is in', async () => {
    const workspace = await aWorkspace();
    const link = await invite(workspace, 'newcomer@pages.example');
    const page = await world.aBrowser();
    await page.goto(link);
    expect(page.url()).toBe(`${world.url}/accept-invitation`);
    expect(await heading(page)).toBe('You are invited');
    expect(await page.getByText(workspace.name).isVisible()).toBe(true);
    expect(await obstacles(page)).toEqual([]);
    await picture(page, 'invitation-new');
    await page.getByLabel('Your name').fill('New Comer');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('The same again').fill(`${password}!`);
    await join(page);
    expect(await page.getByRole('alert').textContent()).toMatch(/not the same/);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('The same again').fill(password);
    await join(page);
    expect(await heading(page)).toBe('Your account');
    expect(await page.getByText('newcomer@pages.example').isVisible()).toBe(true);
    await page.goto(link);
    expect(await heading(page)).toBe('This link does not work any more');
  });

  test('who has an account gives its password, or only presses the button when signed in to it', async () => {
    const [here, home] = [await aWorkspace(), await aWorkspace('resident@pages.example')];
    const page = await world.aBrowser();
    await page.goto(await invite(here, home.email));
    expect(await obstacles(page)).toEqual([]);
    await picture(page, 'invitation-known');
    await page.getByLabel('Password').fill('not the right one');
    await join(page);
    expect(await page.getByRole('alert').textContent()).toMatch(/wrong/);
    await page.getByLabel('Password').fill(password);
    await join(page);
    expect(await heading(page)).toBe('Your account');
    expect(await page.getByText(here.name).isVisible()).toBe(true);

    const third = await aWorkspace();
    await page.goto(await invite(third, home.email));
    expect(await page.getByLabel('Password').count()).toBe(0);
    await join(page);
    expect(await page.getByText(third.name).isVisible()).toBe(true);
  });
});
