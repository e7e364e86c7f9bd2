import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../../prisma/demo/people.ts';
import { seedDemo } from '../../prisma/seed.ts';
import { Database } from '../../src/db/database.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { schema } from '../../src/schema/index.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { type Answer, clientOf, codes } from './http-server.ts';
import { randomDocument, randomFrom } from './random-documents.ts';

/** `npm run test:fuzz` sends ten thousand of each. */
const isLong = process.env.npm_lifecycle_event === 'test:fuzz';
const requests = isLong ? 10_000 : 150;

let database: TestDatabase;
let server: ChildProcess;
let client: ReturnType<typeof clientOf>;
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const env = { ...process.env, NODE_ENV: 'test', PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: database.url };
  server = fork(path.join(import.meta.dirname, 'fuzz-server.ts'), { env, execArgv: ['--expose-gc'] });
  const [url] = await once(server, 'message') as [string];
  client = clientOf(url);
  token = await aToken();
});
afterAll(async () => {
  server.disconnect();
  await once(server, 'exit');
  await database.drop();
});

/** A long run asks about a year of sales, a short one about nothing yet. */
async function aToken(): Promise<string> {
  const own = new Database({ url: database.url, pooling: 'session', poolSize: 1, onConnectionError: () => {} });
  const owner = { email: 'owner@demo.test', name: 'Owner', password: demoPassword };
  if (isLong) await seedDemo(database.url);
  else await createWorkspace({ database: own, newId: uuidv7, now: () => new Date() }, { slug: 'demo', owner });
  const answer = await signIn({ database: own, newId: uuidv7, now: () => new Date() }, { ...owner, userAgent: null });
  await own.close();
  if (!answer.ok) throw new Error('The owner cannot sign in.');
  return answer.value.token;
}

/** Does what a client is told to do that meets a server without capacity, as on a busy machine. */
async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    if (answer.status !== 503 || attempt === 5) return answer;
    await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
  }
}

async function metric(name: string): Promise<number> {
  const { text } = await client.send({}, '/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)![1]);
}

/** Runs all, some at a time. What the server needs at most must not depend on how many there were. */
async function storm(one: (index: number) => Promise<void>): Promise<void> {
  const warmUp = Math.min(requests / 5, 1_000);
  for (let index = 0; index < warmUp; index += 1) await one(index);
  await sleep(isLong ? 3_000 : 0);
  const before = await metric('process_resident_memory_bytes');
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < requests) await one(next++);
  }));
  expect(server.exitCode).toBe(null);
  if (!isLong) return;
  const lagSeconds = await metric('nodejs_eventloop_lag_p99_seconds');
  await sleep(3_000);
  const grownMegabytes = (await metric('process_resident_memory_bytes') - before) / 1e6;
  console.log(`The server grew by ${grownMegabytes.toFixed(1)} MB; its event loop lagged by ${lagSeconds} s (p99).`);
  expect(grownMegabytes).toBeLessThan(50);
  // Where others want the processors too, this tells of them.
  if (loadavg()[0]! <= availableParallelism() + 1) expect(lagSeconds).toBeLessThan(0.1);
}

const timeout = isLong ? 1_200_000 : 120_000;

test('random requests of any kind never end in a 5xx', async () => {
  const random = randomFrom(1);
  const oneOf = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const bytes = (most: number) =>
    Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 256)));
  const pieces = [
    '{', '}', '"query":', '"{ __typename }"', '[', ']', ',', ':', '"variables":', '{"a":1}', '\\u0000', '\ud800',
    'null', '"documentId":', '"sha256:00"', '"extensions":', '1e999', ' ', 'mutation', '"', '\\', '#', '...', '@skip',
    '\u0000',
  ];
  const jumble = () => Array.from({ length: Math.floor(random() * 30) }, () => oneOf(pieces)).join('');
  const wild = () => {
    const value = (depth: number): unknown => oneOf<() => unknown>([
      () => null, () => random() * 1e9, () => jumble(), () => true, () => (depth > 4 ? [] : [value(depth + 1)]),
      () => (depth > 4 ? {} : { [oneOf(['query', 'variables', 'a', '__proto__'])]: value(depth + 1) }),
    ])();
    return JSON.stringify({ query: random() < 0.7 ? `{ ${jumble()} }` : value(0), variables: value(0) });
  };
  const types = [
    'application/json', 'application/json', 'application/json; charset=utf-16', 'text/plain', 'application/graphql',
    'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'message/rfc822', 'x',
  ];
  const accepts = [
    '*/*', 'application/json', 'application/graphql-response+json', 'text/html', 'text/event-stream', 'x', ';;,',
  ];
  const paths = [
    '/graphql', '/graphql', '/graphql?query={__typename}', '/readyz', '/', '/set-password?token=x', '/graphiql/x',
  ];

  await storm(async () => {
    const method = oneOf(['POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);
    const body = ['GET', 'HEAD'].includes(method) ? undefined : oneOf([() => bytes(2_000), jumble, wild])();
    const path = oneOf(paths) + (random() < 0.1 ? `?${encodeURIComponent(jumble().toWellFormed())}` : '');
    const cookie = random() < 0.2 ? `gatehouse=${token}` : 'a=b';
    const headers = { 'content-type': oneOf(types), accept: oneOf(accepts), cookie };
    const init: RequestInit = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) };
    const answer = await patiently(() => client.send(init, path));
    expect(answer.status, `${method} ${path} ${String(body)}`).toBeLessThan(500);
    expect(codes(answer)).not.toContain('INTERNAL_SERVER_ERROR');
  });
}, timeout);

test.each([
  'query', 'mutation',
] as const)('a random %s of the schema never ends in an unexpected error', async (operation) => {
  let answered = 0;
  await storm(async (index) => {
    const query = randomDocument(schema, {
      operation, random: randomFrom(index), maxDepth: 3 + (index % 4), hasAliases: index % 2 === 0,
      without: ['signIn', 'signOut'],
    });
    const answer = await patiently(() => client.post({ query }, { authorization: `Bearer ${token}` }));
    expect(answer.status, query).toBeLessThan(500);
    expect(codes(answer), query).not.toContain('INTERNAL_SERVER_ERROR');
    if (answer.data) answered += 1;
  });
  expect(answered).toBeGreaterThan(requests / 4);
}, timeout);
