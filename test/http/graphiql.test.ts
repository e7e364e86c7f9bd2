import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    schema: probeSchema().schema,
    signIns: [{ email: 'rep@demo.test', description: 'a </script> rep', password: 'demo-password-1' }],
  });
});
afterAll(() => server.close());

const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-encoding': 'gzip' } };

test('a browser gets the page, every part of it from this server, under a policy that says so', async () => {
  const page = await server.send(asBrowser);
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'; script-src 'self'; worker-src 'self' blob:; connect-src 'self'");
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(4);
  const workers = ['editorWorkerService', 'json', 'graphql'].map((name) => `/graphiql/${name}.worker.js`);
  for (const link of [...links, ...workers]) {
    expect(link).toMatch(/^\/graphiql\//);
    const asset = await server.send(asBrowser, link);
    expect([link, asset.status]).toEqual([link, 200]);
    expect(asset.text.length).toBeGreaterThan(100);
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('the demo\'s people are offered on it, safely', async () => {
  const { text } = await server.send(asBrowser);
  const settings = /<script type="application\/json" id="settings">(.*?)<\/script>/s.exec(text)![1]!;
  expect(JSON.parse(settings)).toMatchObject({ signIns: [{ email: 'rep@demo.test', description: 'a </script> rep' }] });
});

test('the root leads there, and programs are not given the page', async () => {
  expect((await server.send(asBrowser, '/')).text).toContain('GraphiQL');
  const answer = await server.send({ headers: { accept: '*/*' } }, '/graphql?query={hello}');
  expect(answer.data).toEqual({ hello: 'world' });
});
