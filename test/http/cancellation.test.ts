import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, codes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const probe = probeSchema();
let server: TestServer;
let watcher: pg.Client;
beforeAll(async () => {
  server = await startServer({ schema: probe.schema });
  // Of the same role, which may see what its own connections do.
  watcher = new pg.Client({ connectionString: server.databaseUrl });
  await watcher.connect();
});
afterAll(async () => {
  await watcher.end();
  await server.close();
});

async function sleepingStatements(): Promise<number> {
  const { rows } = await watcher.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where datname = current_database()
       and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`);
  return rows[0]!.count;
}

async function until(condition: () => Promise<boolean>, milliseconds: number): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > milliseconds) throw new Error(`Not within ${milliseconds} ms.`);
    await sleep(20);
  }
  return performance.now() - started;
}

test('when the client goes away its statement is cancelled, no other follows, and the connection is free', async () => {
  const leaving = new AbortController();
  const before = probe.resolved();
  const asked = server.send({
    method: 'POST', headers: { 'content-type': 'application/json' }, signal: leaving.signal,
    body: JSON.stringify({ query: '{ a: sleep(seconds: 8, times: 3) b: sleep(seconds: 8, times: 3) }' }),
  }).catch(() => 'gone');
  await until(async () => await sleepingStatements() === 2, 5_000);
  leaving.abort();
  expect(await asked).toBe('gone');
  await until(async () => await sleepingStatements() === 0, 1_000);
  await until(async () => {
    const { open, idle, waiting } = server.database.connections.reads;
    return open === idle && waiting === 0;
  }, 1_000);
  expect(probe.resolved() - before).toBe(2);
  await until(async () => server.logLines.some((line) => line.includes('"status":499')), 2_000);
  expect((await server.ask('{ text(value: "still here") }')).data).toEqual({ text: 'still here' });
});

test('what takes longer than ten seconds is ended, in PostgreSQL too', async () => {
  const before = probe.resolved();
  const started = performance.now();
  const [slow, stuck] = await Promise.all([
    server.post({ query: '{ hello sleep(seconds: 4, times: 5) }' }, { accept: 'application/graphql-response+json' }),
    server.ask('{ dawdle }'),
  ]);
  expect(performance.now() - started).toBeLessThan(13_000);
  expect(slow.data).toEqual({ hello: 'world', sleep: null });
  expect(codes(slow)).toEqual(['TIMEOUT']);
  // Nothing answers for a resolver that does not listen, so the whole operation is given up.
  expect([stuck.status, codes(stuck)]).toEqual([503, ['TIMEOUT']]);
  await until(async () => await sleepingStatements() === 0, 1_000);
  expect(probe.resolved() - before).toBe(1 + 3);
}, 20_000);

test('a request without an answer for want of connections is told so within two seconds or so', async () => {
  const naps = Array.from({ length: 5 }, () => server.ask('{ sleep(seconds: 4) }'));
  await until(async () => await sleepingStatements() === 5, 2_000);
  const started = performance.now();
  const answer = await server.ask('{ hello text(value: "x") }');
  expect(performance.now() - started).toBeLessThan(3_000);
  expect(answer.data).toEqual({ hello: 'world', text: null });
  expect(codes(answer)).toEqual(['OVERLOADED']);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect((await Promise.all(naps)).map(({ data }) => data)).toEqual(Array(5).fill({ sleep: 'rested' }));
}, 20_000);
