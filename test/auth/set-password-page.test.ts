import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerPage } from '../../src/pages/exchange.ts';
import { pages } from '../../src/pages/index.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { type IdentityWorld, nowhere, openIdentityWorld, password } from './identity-world.ts';

let world: IdentityWorld;
beforeAll(async () => {
  world = await openIdentityWorld();
});
afterAll(() => world.close());

const address = 'https://crm.example.com/set-password';
const visit = (url: string, init: RequestInit = {}) => {
  const request = new Request(url, init);
  const readBody = async () => new Uint8Array(await request.arrayBuffer());
  return answerPage(pages.get(new URL(url).pathname)!, request, {
    services: world.services, secureCookies: true, origin: nowhere, readBody,
  });
};
const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!;
const look = (cookie: string) => visit(address, { headers: { cookie } });
const send = (cookie: string, fields: Record<string, string>, headers: Record<string, string> = {}) => visit(address, {
  method: 'POST', body: new URLSearchParams(fields), headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers },
});

let count = 0;
async function anOpenedLink(): Promise<{ cookie: string; email: string; token: string }> {
  count += 1;
  const { passwordToken, email } = await world.aWorkspace({ owner: { email: `page${count}@example.com` } });
  return { cookie: cookieOf(await visit(`${address}?token=${passwordToken}`)), email, token: passwordToken! };
}
const mayWith = async (email: string, chosen: string) =>
  (await signIn(world.services, { email, password: chosen, userAgent: null })).ok;

test('the link moves its token out of the address, into a cookie that no script can read', async () => {
  const { passwordToken } = await world.aWorkspace({ owner: { email: 'moved@example.com' } });
  const response = await visit(`${address}?token=${passwordToken}`);
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/set-password');
  expect(response.headers.get('set-cookie')!.split('; ').sort()).toEqual(
    ['HttpOnly', 'Max-Age=3600', 'Path=/', 'SameSite=Lax', 'Secure', `__Host-gatehouse-set-password=${passwordToken}`]);
});

test('every answer is kept by no cache and tells no other page its address', async () => {
  const { cookie, email, token } = await anOpenedLink();
  const answers = [
    await visit(`${address}?token=${token}`), await look(cookie), await look(''),
    await visit('https://crm.example.com/password-set'),
    await send(cookie, { email, password: 'short', repeated: 'short' }), await visit(address, { method: 'DELETE' }),
  ];
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  }
});

test('the page shows a form for the address, without the token, and lets nothing else be loaded or run', async () => {
  const { cookie, email, token } = await anOpenedLink();
  const response = await look(cookie);
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain(email);
  expect(text).not.toContain(token);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

test('the form sets the password and ends with a page that says so', async () => {
  const { cookie, email } = await anOpenedLink();
  const response = await send(cookie, { email, password, repeated: password });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/password-set');
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-gatehouse-set-password=; Max-Age=0/);
  expect(await mayWith(email, password)).toBe(true);
  expect((await look(cookie)).status).toBe(404);
  const another = 'another password of mine';
  expect((await send(cookie, { email, password: another, repeated: another })).status).toBe(404);
  expect(await mayWith(email, password)).toBe(true);
});

test('the longest password in the widest letters fits through the form', async () => {
  const { cookie, email } = await anOpenedLink();
  const longest = Array.from({ length: 1_024 }, (_, at) => String.fromCodePoint(0x1f300 + ((at * at) % 701))).join('');
  expect((await send(cookie, { email, password: longest, repeated: longest })).status).toBe(303);
  expect(await mayWith(email, longest)).toBe(true);
});

test('what will not do is said, and can be tried again', async () => {
  const { cookie, email } = await anOpenedLink();
  const short = await send(cookie, { email, password: 'short', repeated: 'short' });
  expect(short.status).toBe(422);
  expect(await short.text()).toContain('at least 15 characters');
  const different = await send(cookie, { email, password, repeated: `${password}!` });
  expect(different.status).toBe(422);
  expect((await send(cookie, { email, password, repeated: password })).status).toBe(303);
});

test('forms of other sites are refused', async () => {
  const { cookie, email } = await anOpenedLink();
  const fields = { email, password, repeated: password };
  for (const site of ['cross-site', 'same-site', 'none']) {
    expect((await send(cookie, fields, { 'sec-fetch-site': site })).status).toBe(400);
  }
  const old = (headers: Record<string, string>) =>
    visit(address, {
      method: 'POST', body: new URLSearchParams(fields), headers: { cookie, host: 'crm.example.com', ...headers },
    });
  for (const origin of ['https://evil.example', 'https://crm.example.com.evil.example', 'nonsense', 'null']) {
    expect((await old({ origin })).status).toBe(400);
  }
  expect(await mayWith(email, password)).toBe(false);
  expect((await old({ origin: 'https://crm.example.com' })).status).toBe(303);
});

test('a form that was made for another address changes nobody\'s password', async () => {
  const [mine, planted] = [await anOpenedLink(), await anOpenedLink()];
  const response = await send(planted.cookie, { email: mine.email, password, repeated: password });
  expect(response.status).toBe(422);
  expect(await mayWith(mine.email, password) || await mayWith(planted.email, password)).toBe(false);
});

test('links that do not work have one page', async () => {
  for (const token of ['', 'x', 'A'.repeat(43), '"><script>', `a; Domain=evil`]) {
    const response = await visit(`${address}?token=${encodeURIComponent(token)}`);
    expect(response.status).toBe(303);
    const page = await look(cookieOf(response));
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('does not work any more');
  }
});

test('other bodies, and bodies longer than any form, are refused', async () => {
  const { cookie, email } = await anOpenedLink();
  const post = (body: BodyInit, type: string) => visit(address, {
    method: 'POST', body, headers: { cookie, 'content-type': type, 'sec-fetch-site': 'same-origin' },
  });
  const form = 'application/x-www-form-urlencoded';
  expect((await post(JSON.stringify({ email, password }), 'application/json')).status).toBe(400);
  expect((await post(`email=${email}&password=${'x'.repeat(1_000_000)}`, form)).status).toBe(400);
  expect((await visit(address, { method: 'PUT', body: 'x' })).status).toBe(405);
});
