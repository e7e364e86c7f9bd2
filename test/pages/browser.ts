import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import pg from 'pg';
import { schema } from '../../src/schema/index.ts';
import { mailsTo } from '../auth/identity-mails.ts';
import { startServer } from '../http/http-server.ts';

/** Debian's. Tests that need one are skipped where there is none, and say so; .ci/run installs it. */
const program = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((file) => file && existsSync(file));

export const hasBrowser = program !== undefined;
if (!hasBrowser) {
  console.warn('No chromium: the tests of pages in a real browser are skipped (apt-get install chromium).');
}

/** A server with its pages, and a browser to look at them. */
export async function openBrowserWorld() {
  const server = await startServer({ schema });
  const tables = new pg.Client({ connectionString: server.adminUrl });
  await tables.connect();
  await tables.query('set role gatehouse_owner; set search_path = gatehouse');
  const browser: Browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  async function asOwner(text: string, values: unknown[] = [], workspaceId = '') {
    await tables.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
    return (await tables.query<Record<string, string | null>>(text, values)).rows;
  }

  return {
    ...server,
    asOwner,
    /** What browsers said on their consoles: a style or a form that the page's own policy refuses, for one. */
    complaints,
    mails: (address: string) => mailsTo({ asOwner, services: server.services as never }, address),
    /** A browser of its own, without cookies of others. */
    async aBrowser(): Promise<Page> {
      const context = await browser.newContext({ baseURL: server.url, viewport: { width: 900, height: 760 } });
      contexts.push(context);
      const page = await context.newPage();
      // That a status is no 200 is no complaint of the page's.
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().startsWith('Failed to load')) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      return page;
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
      await tables.end();
      await server.close();
    },
  };
}

export type BrowserWorld = Awaited<ReturnType<typeof openBrowserWorld>>;

/** Keeps a picture of the page in the folder that SCREENSHOTS names, for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

/** What would keep somebody out who cannot see the page, or uses it by keyboard. */
export async function obstacles(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (!document.documentElement.lang) found.push('no language');
    if (document.title.trim() === '') found.push('no title');
    if (document.querySelectorAll('h1').length !== 1) found.push('not one heading');
    if (!document.querySelector('main')) found.push('no main part');
    for (const input of document.querySelectorAll<HTMLInputElement>('input:not([type=hidden]):not([hidden])')) {
      if (!input.labels?.length) found.push(`${input.name} has no label`);
      if (!input.autocomplete) found.push(`${input.name} has no purpose`);
    }
    for (const each of document.querySelectorAll<HTMLElement>('button, a')) {
      if (!(each.getAttribute('aria-label') ?? each.textContent ?? '').trim()) found.push('a nameless button or link');
    }
    for (const wrong of document.querySelectorAll('.wrong')) {
      if (wrong.getAttribute('role') !== 'alert') found.push('a complaint that is not told');
    }
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('wider than the window');
    return found;
  });
}
