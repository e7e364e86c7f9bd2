import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { type Answer, type TestServer, startServer } from './http-server.ts';

let server: TestServer;
const owner = { email: 'owner@cookies.example', password: 'correct horse battery' };
beforeAll(async () => {
  server = await startServer({ schema });
  await createWorkspace(server.services, { slug: 'cookies', owner });
});
afterAll(() => server.close());

const signIn = `mutation ($email: String!, $password: String!, $transport: SessionTransport!) {
  signIn(input: { email: $email, password: $password, transport: $transport }) {
    token viewer { user { email } workspace { slug } } userErrors { code } } }`;
const whoAmI = { query: '{ viewer { user { email } } }' };
const known = { data: { viewer: { user: { email: owner.email } } } };
const unknown = { data: { viewer: null } };

function cookieOf({ headers }: Answer): string {
  return headers.getSetCookie()[0]!.split(';')[0]!;
}

test('a browser signs in with a cookie, asks with it, and signs out', async () => {
  const answer = await server.post({ query: signIn, variables: { ...owner, transport: 'COOKIE' } });
  expect(answer.data).toEqual({
    signIn: { token: null, viewer: { user: { email: owner.email }, workspace: { slug: 'cookies' } }, userErrors: [] },
  });
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^gatehouse=[a-z2-7]{40}; HttpOnly; .*Path=\/; SameSite=Lax$/),
  ]);
  expect(answer.text).not.toContain(cookieOf(answer).split('=')[1]);

  const page = { cookie: cookieOf(answer), 'x-gatehouse-csrf': '1', 'sec-fetch-site': 'same-origin' };
  expect(await server.post(whoAmI, page)).toMatchObject(known);
  const out = await server.post({ query: 'mutation { signOut { userErrors { code } } }' }, page);
  expect(out.headers.getSetCookie()).toEqual([expect.stringMatching(/^gatehouse=; .*Max-Age=0/)]);
  expect(await server.post(whoAmI, page)).toMatchObject(unknown);
});

test('a program signs in with a token, which no log has', async () => {
  const { data, headers } = await server.post({ query: signIn, variables: { ...owner, transport: 'BEARER' } });
  const { token } = data!.signIn as { token: string };
  expect(headers.getSetCookie()).toEqual([]);
  const bearer = { authorization: `Bearer ${token}` };
  expect(await server.post(whoAmI, bearer)).toMatchObject(known);
  await server.post({ query: 'mutation { signOut { userErrors { code } } }' }, bearer);
  expect(await server.post(whoAmI, bearer)).toMatchObject(unknown);
  expect(server.logLines.join('')).not.toContain(token);
  expect(server.logLines.join('')).not.toContain(owner.password);
});

test('a wrong password is an answer, not an error, and sets nothing', async () => {
  const answer = await server.post({ query: signIn, variables: { ...owner, password: 'wrong', transport: 'COOKIE' } });
  expect(answer).toMatchObject({
    status: 200, data: { signIn: { token: null, viewer: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] } },
  });
  expect(answer.headers.getSetCookie()).toEqual([]);
});
