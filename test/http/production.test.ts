import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type TestServer, codes, startServer } from './http-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema, env: { NODE_ENV: 'production' } });
});
afterAll(() => server.close());

test('GraphiQL, landing page and assets are not there', async () => {
  for (const path of ['/', '/graphql', '/graphiql/graphiql.js', '/graphiql/page.js', '/graphiql', '/playground']) {
    const answer = await server.send({ headers: { accept: 'text/html,*/*' } }, path);
    expect([path, answer.status]).toEqual([path, path === '/graphql' ? 400 : 404]);
    expect(answer.headers.get('content-type')).not.toContain('html');
  }
});

test.each([
  getIntrospectionQuery(), '{ __schema { types { name } } }', '{ __type(name: "Deal") { fields { name } } }',
  'query { ...f } fragment f on Query { s: __schema { queryType { name } } }',
])('the schema does not tell of itself: %.40s', async (query) => {
  const answer = await server.ask(query);
  expect(codes(answer)).toContain('GRAPHQL_VALIDATION_FAILED');
  expect(answer.data).toBeUndefined();
  expect((await server.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
});

test('answers carry the headers that browsers need, and are kept by no cache', async () => {
  for (const path of ['/graphql?query={__typename}', '/graphql', '/healthz', '/nothing']) {
    const { headers } = await server.send({}, path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"), 'x-frame-options': 'DENY',
      'strict-transport-security': expect.stringContaining('max-age='), 'x-request-id': expect.any(String),
    });
    expect([...headers.keys()]).not.toEqual(expect.arrayContaining(['x-powered-by', 'server', 'x-yoga-id']));
  }
});

/** What the well-known scanner graphql-cop looks for; each returns what it would have called a finding. */
const probes: Record<string, () => Promise<boolean>> = {
  'alias overloading': async () =>
    isAnswered(`{ ${Array.from({ length: 101 }, (_, at) => `a${at}: __typename`).join(' ')} }`),
  'batching': async () => (await server.post(Array(10).fill({ query: '{ __typename }' }))).status === 200,
  'directive overloading': async () => (await server.ask(`{ __typename ${'@aa'.repeat(10)} }`)).errors!.length >= 10,
  'field duplication': async () => isAnswered(`{ ${'__typename '.repeat(500)} }`),
  'circular introspection': async () =>
    isAnswered('{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }'),
  'introspection': async () => isAnswered('{ __schema { types { name } } }'),
  'GraphiQL': async () => (await server.send({ headers: { accept: 'text/html' } })).text.includes('<html'),
  'field suggestions': async () => (await server.ask('{ __schem dealz compani }')).text.includes('Did you mean'),
  'mutation over GET': async () => {
    const answer = await server.send({}, '/graphql?query=mutation{signOut{__typename}}');
    return answer.data !== undefined;
  },
  'form posts': async () => {
    const answer = await server.send({ method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) });
    return answer.data !== undefined;
  },
  'tracing': async () => 'tracing' in ((await server.ask('{ __typename }')).extensions ?? {}),
  'unhandled error details': async () => /stack|exception|\.ts|node_modules/i.test((await server.ask('{ a(')).text),
};

async function isAnswered(query: string): Promise<boolean> {
  return (await server.ask(query)).data !== undefined;
}

describe('graphql-cop finds nothing', () => {
  test.each(Object.keys(probes))('%s', async (name) => {
    expect(await probes[name]!()).toBe(false);
  });

  test('but that queries can be sent with GET, which carries no cookie\'s rights', async () => {
    expect((await server.send({}, '/graphql?query={__typename}')).data).toEqual({ __typename: 'Query' });
    const cookie = `__Host-gatehouse=${await server.aToken()}`;
    const withCookie = await server.send({ headers: { cookie } }, '/graphql?query={__typename}');
    expect(codes(withCookie)).toEqual(['CROSS_SITE_REFUSED']);
  });
});

test('five hundred provoked errors tell nothing of what is inside', async () => {
  const provocations = [
    '{ deal(id: "x") { id } }', '{ deals(after: "%00") { nodes { id } } }', '{ deals(first: -1) { nodes { id } } }',
    '{ nope }', '{', '{ node(id: "deal_\' or 1=1") { id } }', '{ deals(where: { title: { eq: 1 } }) { totalCount } }',
    'mutation { signIn(input: { email: "a", password: "b" }) { token nope } }', 'subscription { a }',
    'fragment a on Query { b }',
  ];
  const token = await server.aToken();
  for (let index = 0; index < 500; index += 1) {
    const query = provocations[index % provocations.length];
    const { text, status } = await server.post({ query }, { authorization: index % 2 ? `Bearer ${token}` : '' });
    expect(text).not.toMatch(/Did you mean|stack|originalError|select |prisma|P20\d\d|node_modules|\.ts:/i);
    expect(status).toBeLessThan(500);
  }
});
