import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPassword } from '../../prisma/demo/people.ts';
import { seedDemo } from '../../prisma/seed.ts';
import { schema } from '../../src/schema/index.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { type TestServer, codes, startServer } from './http-server.ts';
import { randomDocument, randomFrom } from './random-documents.ts';

/** `npm run test:fuzz` sends ten thousand of each. */
const isLong = process.env.npm_lifecycle_event === 'test:fuzz';
const requests = isLong ? 10_000 : 250;

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer({ schema, poolSize: 8, env: { LOG_LEVEL: 'error' } });
  token = isLong ? await demoToken() : await server.aToken();
});
afterAll(() => server.close());

/** A long run asks about a year of sales, a short one about nothing yet. */
async function demoToken(): Promise<string> {
  await seedDemo(server.databaseUrl);
  const answer = await signIn(server.services, { email: 'owner@demo.test', password: demoPassword, userAgent: null });
  if (!answer.ok) throw new Error('The demo has no owner.');
  return answer.value.token;
}

/** Runs all, some at a time, and says how the process took it. */
async function storm(one: (index: number) => Promise<void>) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let index = 0; index < 50; index += 1) await one(index);
  collect();
  const before = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < requests) await one(next++);
  }));
  delay.disable();
  collect();
  return { grownMegabytes: (process.memoryUsage().rss - before) / 1e6, lagMilliseconds: delay.percentile(99) / 1e6 };
}

/** A short run says nothing of either. */
function checkLoad({ grownMegabytes, lagMilliseconds }: Awaited<ReturnType<typeof storm>>): void {
  if (!isLong) return;
  expect(grownMegabytes).toBeLessThan(50);
  expect(lagMilliseconds).toBeLessThan(100);
}

const timeout = isLong ? 1_200_000 : 60_000;

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

  const load = await storm(async () => {
    const method = oneOf(['POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);
    const body = ['GET', 'HEAD'].includes(method) ? undefined : oneOf([() => bytes(2_000), jumble, wild])();
    const path = oneOf(paths) + (random() < 0.1 ? `?${encodeURIComponent(jumble().toWellFormed())}` : '');
    const cookie = random() < 0.2 ? `gatehouse=${token}` : 'a=b';
    const headers = { 'content-type': oneOf(types), accept: oneOf(accepts), cookie };
    const init: RequestInit = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) };
    const answer = await server.send(init, path);
    expect(answer.status, `${method} ${path} ${String(body)}`).toBeLessThan(500);
    expect(codes(answer)).not.toContain('INTERNAL_SERVER_ERROR');
  });
  checkLoad(load);
}, timeout);

test.each([
  'query', 'mutation',
] as const)('a random %s of the schema never ends in an unexpected error', async (operation) => {
  let answered = 0;
  const load = await storm(async (index) => {
    const query = randomDocument(schema, {
      operation, random: randomFrom(index), maxDepth: 3 + (index % 4), hasAliases: index % 2 === 0,
      without: ['signIn', 'signOut'],
    });
    const answer = await server.post({ query }, { authorization: `Bearer ${token}` });
    expect(answer.status, query).toBeLessThan(500);
    expect(codes(answer), query).not.toContain('INTERNAL_SERVER_ERROR');
    if (answer.data) answered += 1;
  });
  expect(answered).toBeGreaterThan(requests / 4);
  checkLoad(load);
}, timeout);
