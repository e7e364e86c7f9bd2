import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, codes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const app = 'https://app.example';
const probe = probeSchema();
let server: TestServer;
let token: string;
let cookie: string;
beforeAll(async () => {
  server = await startServer({
    schema: probe.schema, env: { PUBLIC_URL: 'https://crm.example', CORS_ORIGINS: `${app}, https://other.example` },
  });
  token = await server.aToken();
  cookie = `__Host-gatehouse=${token}`;
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
const touch = JSON.stringify({ query: 'mutation { touch }' });
const own = { origin: 'https://crm.example', 'sec-fetch-site': 'same-origin', 'x-gatehouse-csrf': '1' };

describe('with a session cookie', () => {
  const contentTypes = [
    'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', undefined,
    'application/graphql', 'message/rfc822', 'application/json',
  ];
  const origins = ['https://evil.example', 'null', 'https://sibling.crm.example', undefined, 'https://crm.example'];
  const sites = ['cross-site', 'same-site', 'none', undefined, 'same-origin'];
  const cells = contentTypes.flatMap((type) => origins.flatMap((origin) => sites.flatMap((site) =>
    [true, false].map((hasHeader) => ({ type, origin, site, hasHeader })))));

  const isOurs = ({ type, origin, site, hasHeader }: (typeof cells)[number]) =>
    type === 'application/json' && hasHeader && (origin ?? 'https://crm.example') === 'https://crm.example'
    && (site ?? 'same-origin') === 'same-origin' && (origin ?? site) !== undefined;

  test('only POST with JSON from a page of ours, with the header, does anything', async () => {
    let done = 0;
    for (const cell of cells) {
      const headers = new Headers({ cookie });
      if (cell.type) headers.set('content-type', cell.type);
      if (cell.origin) headers.set('origin', cell.origin);
      if (cell.site) headers.set('sec-fetch-site', cell.site);
      if (cell.hasHeader) headers.set('x-gatehouse-csrf', '1');
      const before = probe.resolved();
      const body = cell.type ? touch : new TextEncoder().encode(touch);
      const answer = await server.send({ method: 'POST', headers, body });
      const hasRun = probe.resolved() > before;
      expect({ ...cell, hasRun }).toEqual({ ...cell, hasRun: isOurs(cell) });
      if (!hasRun) expect([403, 415], JSON.stringify(cell)).toContain(answer.status);
      done += hasRun ? 1 : 0;
    }
    expect(done).toBe(cells.filter(isOurs).length);
    expect(done).toBe(3);
  });

  test('GET does nothing without a registered document, from whichever page', async () => {
    for (const cell of cells) {
      const headers = new Headers({ cookie });
      if (cell.type) headers.set('content-type', cell.type);
      if (cell.origin) headers.set('origin', cell.origin);
      if (cell.site) headers.set('sec-fetch-site', cell.site);
      if (cell.hasHeader) headers.set('x-gatehouse-csrf', '1');
      const before = probe.resolved();
      const answer = await server.send({ headers }, '/graphql?query={hello}');
      expect(probe.resolved(), JSON.stringify(cell)).toBe(before);
      expect([403, 415]).toContain(answer.status);
    }
  });

  test('pages of CORS_ORIGINS may send it too', async () => {
    const headers = { ...json, cookie, origin: app, 'sec-fetch-site': 'cross-site', 'graphql-require-preflight': '1' };
    const answer = await server.send({ method: 'POST', headers, body: JSON.stringify({ query: '{ caller }' }) });
    expect(answer.data).toEqual({ caller: expect.stringMatching(/^cookie [0-9a-f-]{36}$/) });
  });

  test('a bearer token beside it is what counts, and needs no proof of the page', async () => {
    const headers = { ...json, cookie, authorization: `Bearer ${token}`, origin: 'https://evil.example' };
    const answer = await server.send({ method: 'POST', headers, body: JSON.stringify({ query: '{ caller }' }) });
    expect(answer.data).toEqual({ caller: expect.stringMatching(/^bearer [0-9a-f-]{36}$/) });
  });

  test('a bearer token that is no good does not let the cookie in', async () => {
    const headers = { ...json, ...own, cookie, authorization: 'Bearer nonsense' };
    const answer = await server.send({ method: 'POST', headers, body: JSON.stringify({ query: '{ caller }' }) });
    expect(answer.data).toEqual({ caller: 'bearer undefined' });
  });

  test('a cookie that is no good is suspect all the same', async () => {
    const headers = { ...json, cookie: `__Host-gatehouse=${'a'.repeat(40)}` };
    expect(codes(await server.send({ method: 'POST', headers, body: touch }))).toEqual(['CROSS_SITE_REFUSED']);
  });

  test('the address that a request names has no say in what our origin is', async () => {
    const headers = { ...json, cookie, origin: 'http://evil.example', host: 'evil.example', 'x-gatehouse-csrf': '1' };
    expect(codes(await server.send({ method: 'POST', headers, body: touch }))).toEqual(['CROSS_SITE_REFUSED']);
  });
});

test('without PUBLIC_URL the page\'s own address is ours, as in development', async () => {
  const local = await startServer({ schema: probe.schema });
  const headers = { ...json, cookie: `gatehouse=${await local.aToken()}`, 'x-gatehouse-csrf': '1' };
  const body = JSON.stringify({ query: '{ caller }' });
  const ours = await local.send({ method: 'POST', headers: { ...headers, origin: local.url }, body });
  expect(ours.data).toEqual({ caller: expect.stringMatching(/^cookie /) });
  const foreign = await local.send({ method: 'POST', headers: { ...headers, origin: 'http://evil.example' }, body });
  expect(codes(foreign)).toEqual(['CROSS_SITE_REFUSED']);
  await local.close();
});

describe('pages of other origins', () => {
  const preflight = (origin: string) => server.send({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  });
  const corsHeaders = ({ headers }: { headers: Headers }) =>
    [...headers].filter(([name]) => name.startsWith('access-control-'));

  test.each(['https://evil.example', 'null', 'https://app.example.evil.example', 'http://app.example'])(
    'are told nothing unless they are listed: %s', async (origin) => {
      expect(corsHeaders(await preflight(origin))).toEqual([]);
      const answer = await server.post({ query: '{ hello }' }, { origin });
      expect(corsHeaders(answer)).toEqual([]);
      expect(answer.headers.get('vary')).toBe('Origin');
    });

  test('may ask and read when they are listed', async () => {
    expect(Object.fromEntries(corsHeaders(await preflight(app)))).toMatchObject({
      'access-control-allow-origin': app, 'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': expect.stringContaining('x-gatehouse-csrf'),
    });
    const answer = await server.post({ query: '{ hello }' }, { origin: app });
    expect(answer.headers.get('access-control-allow-origin')).toBe(app);
  });

  test('may not when none is listed, the server\'s own included', async () => {
    const closed = await startServer({ schema: probe.schema });
    const answer = await closed.post({ query: '{ hello }' }, { origin: closed.url });
    expect(corsHeaders(answer)).toEqual([]);
    await closed.close();
  });
});

test('mutations and unknown methods are refused with the methods that go', async () => {
  const get = await server.send({}, '/graphql?query=mutation{touch}');
  expect([get.status, get.headers.get('allow'), codes(get)]).toEqual([405, 'POST', ['METHOD_NOT_ALLOWED']]);
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await server.send({ method, ...(method === 'OPTIONS' ? {} : { body: touch, headers: json }) });
    expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, POST']);
  }
});
