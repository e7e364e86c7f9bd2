import { Agent, type IncomingMessage, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { codes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const { schema } = probeSchema();

test('a server with its database lives and is ready', async () => {
  const server = await startServer({ schema });
  const answers = await Promise.all(['/healthz', '/readyz'].map((path) => server.send({}, path)));
  expect(answers.map(({ status, text }) => [status, text])).toEqual([[200, 'ok\n'], [200, 'ready\n']]);
  await server.close();
});

test('without its database a server lives, is not ready, and says OVERLOADED in time, without details', async () => {
  const server = await startServer({ schema, env: { LOG_LEVEL: 'debug' } });
  await server.database.close();
  const started = performance.now();
  const [alive, ready, answer] = await Promise.all([
    server.send({}, '/healthz'), server.send({}, '/readyz'),
    server.post({ query: '{ hello }' }, { authorization: `Bearer ${'a'.repeat(40)}` }),
  ]);
  expect(performance.now() - started).toBeLessThan(2_500);
  expect([alive.status, ready.status, ready.text]).toEqual([200, 503, 'not ready\n']);
  expect([answer.status, codes(answer), answer.headers.get('retry-after')]).toEqual([503, ['OVERLOADED'], '2']);
  expect(ready.text + answer.text).not.toMatch(/secret|127\.0|pool/i);
  await server.close();
});

test('a database that lacks a migration is not ready', async () => {
  const server = await startServer({ schema });
  const administrator = new pg.Client({ connectionString: server.adminUrl });
  await administrator.connect();
  await administrator.query('set role gatehouse_owner');
  await administrator.query(`delete from gatehouse._prisma_migrations
    where migration_name = (select max(migration_name) from gatehouse._prisma_migrations)`);
  await administrator.end();
  expect((await server.send({}, '/readyz')).status).toBe(503);
  await server.close();
});

test('a server that ends says so, finishes what runs, closes connections that are kept open, and is gone', async () => {
  const server = await startServer({ schema });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const onKeptConnection = (path: string) => new Promise<IncomingMessage>((resolve, reject) => {
    get(`${server.url}${path}`, { agent }, (message) => resolve(message.resume())).on('error', reject);
  });
  await onKeptConnection('/healthz');
  const running = server.ask('{ sleep(seconds: 1.5) }');
  await sleep(300);
  const started = performance.now();
  const stopped = server.stop();
  expect(server.app.readiness.isEnding).toBe(true);
  expect((await server.app.fetch(new Request('http://x/readyz'))).status).toBe(503);
  expect((await running).data).toEqual({ sleep: 'rested' });
  await stopped;
  expect(performance.now() - started).toBeLessThan(5_000);
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  agent.destroy();
  await server.close();
});

test('while others take over, a server that ends still answers, and asks for no more', async () => {
  const server = await startServer({ schema, noticeMilliseconds: 800 });
  const stopped = server.stop();
  const [ready, answer] = await Promise.all([server.send({}, '/readyz'), server.ask('{ hello }')]);
  expect(ready.status).toBe(503);
  expect(answer.data).toEqual({ hello: 'world' });
  expect(answer.headers.get('connection')).toBe('close');
  await stopped;
  await server.close();
});

