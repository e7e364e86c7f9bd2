import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerOperation } from '../../src/db/identity.ts';
import { projectFolder } from '../../src/project.ts';
import { type TestServer, codes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const { schema } = probeSchema();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema });
});
afterAll(() => server.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const register = (text: string) => registerOperation(server.database, 'web', text);
const apollo = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));

test('a registered document answers to its id, in every form that clients use', async () => {
  const text = 'query Hello($name: String) { hello(name: $name) }';
  const id = await register(text);
  expect(id).toBe(`sha256:${sha256(text)}`);
  const variables = { name: 'you' };
  const answers = await Promise.all([
    server.post({ documentId: id, variables }),
    server.post({ documentId: sha256(text), variables }),
    server.post({ extensions: apollo(sha256(text)), variables }),
    server.post({ documentId: id, query: text, variables }),
    server.send({}, `/graphql?documentId=${id}&variables=${encoded(variables)}`),
    server.send({}, `/graphql?extensions=${encoded(apollo(sha256(text)))}&variables=${encoded(variables)}`),
  ]);
  expect(answers.map(({ data }) => data)).toEqual(Array(6).fill({ hello: 'you' }));
});

test.each([
  `sha256:${'0'.repeat(64)}`, '0'.repeat(64), 'sha256:abc', 'x-mine:1', 'd41d8cd98f00b204e9800998ecf8427e', '\'; --',
])('the unknown id %s is one error, well formed', async (documentId) => {
  const answer = await server.post({ documentId }, { accept: 'application/graphql-response+json' });
  expect(answer.status).toBe(400);
  expect(answer.errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }]);
  expect(answer.data).toBeUndefined();
});

test('an id with another text is refused, whether the id is known or not', async () => {
  const documentId = await register('{ hello }');
  for (const parameters of [
    { documentId, query: '{ hello(name: "other") }' }, { documentId: sha256('x'), query: '{ hello }' },
    { documentId: 'nonsense', query: '{ hello }' }, { extensions: apollo(sha256('x')), query: '{ hello }' },
  ]) {
    expect(codes(await server.post(parameters))).toEqual(['PERSISTED_QUERY_MISMATCH']);
  }
});

test('a mutation cannot be sent with GET, registered or not', async () => {
  const documentId = await register('mutation { touch }');
  expect((await server.send({}, `/graphql?documentId=${documentId}`)).status).toBe(405);
});

test('registered documents keep to the same limits', async () => {
  const costly = await register('{ rows(first: 200) { nodes { rows(first: 200) { nodes { id name } } } } }');
  expect(codes(await server.post({ documentId: costly }))).toEqual(['COST_LIMIT_EXCEEDED']);
  const paged = await register('query($n: Int) { rows(first: $n) { totalCount } }');
  expect(codes(await server.post({ documentId: paged, variables: { n: 201 } }))).toEqual(['BAD_USER_INPUT']);
});

test('a document is found seconds after it was registered, although it was looked for before', async () => {
  const text = '{ late: hello }';
  const lookup = () => server.post({ documentId: sha256(text) });
  expect(codes(await lookup())).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  await register(text);
  await expect.poll(async () => (await lookup()).data, { timeout: 4_000 }).toEqual({ late: 'world' });
});

test('known and unknown ids cost a statement once, not each time', async () => {
  const documentId = await register('{ counted: hello }');
  const lookups = async () => {
    await server.post({ documentId });
    await server.post({ documentId: `sha256:${'1'.repeat(64)}` });
  };
  await lookups();
  const before = server.database.statementCount;
  for (let time = 0; time < 5; time += 1) await lookups();
  expect(server.database.statementCount).toBe(before);
});

describe('PERSISTED_ONLY', () => {
  const query = '{ caller }';
  const setting = async (value: string) => {
    const bound = await startServer({ schema, env: { PERSISTED_ONLY: value } });
    await registerOperation(bound.database, 'web', query);
    const token = await bound.aToken();
    const callers = {
      nobody: {}, bearer: { authorization: `Bearer ${token}` },
      cookie: { cookie: `gatehouse=${token}`, 'x-gatehouse-csrf': '1', origin: bound.url },
    };
    const outcomes: Record<string, string> = {};
    for (const [caller, headers] of Object.entries(callers)) {
      const registered = await bound.post({ documentId: sha256(query) }, headers);
      const free = await bound.post({ query: '{ caller isSecure }' }, headers);
      outcomes[caller] = `${codes(registered).join() || 'ok'}, ${codes(free).join() || 'ok'}`;
    }
    // What decides is what was shown, not what it was worth.
    const both = await bound.post({ query: '{ hello }' }, { ...callers.cookie, authorization: 'Bearer nonsense' });
    outcomes['cookie and a bad bearer token'] = codes(both).join() || 'ok';
    await bound.close();
    return outcomes;
  };

  test.each([
    ['none', { nobody: 'ok, ok', bearer: 'ok, ok', cookie: 'ok, ok', 'cookie and a bad bearer token': 'ok' }],
    ['cookie', { nobody: 'ok, ok', bearer: 'ok, ok', cookie: 'ok, PERSISTED_QUERY_REQUIRED',
      'cookie and a bad bearer token': 'ok' }],
    ['bearer', { nobody: 'ok, ok', bearer: 'ok, PERSISTED_QUERY_REQUIRED', cookie: 'ok, ok',
      'cookie and a bad bearer token': 'PERSISTED_QUERY_REQUIRED' }],
    ['all', { nobody: 'ok, PERSISTED_QUERY_REQUIRED', bearer: 'ok, PERSISTED_QUERY_REQUIRED',
      cookie: 'ok, PERSISTED_QUERY_REQUIRED', 'cookie and a bad bearer token': 'PERSISTED_QUERY_REQUIRED' }],
  ])('=%s binds those callers to registered documents', async (value, expected) => {
    expect(await setting(value)).toEqual(expected);
  });

  test('a cookie may GET a registered document from a page of ours', async () => {
    const documentId = await register(query);
    const cookie = `gatehouse=${await server.aToken()}`;
    const get = (headers: Record<string, string>) =>
      server.send({ headers: { cookie, ...headers } }, `/graphql?documentId=${documentId}`);
    const ours = { 'x-gatehouse-csrf': '1', 'sec-fetch-site': 'same-origin' };
    expect((await get(ours)).data).toEqual({ caller: expect.stringMatching(/^cookie /) });
    expect(codes(await get({ 'sec-fetch-site': 'same-origin' }))).toEqual(['CROSS_SITE_REFUSED']);
    expect(codes(await get({ ...ours, 'sec-fetch-site': 'cross-site' }))).toEqual(['CROSS_SITE_REFUSED']);
  });
});

describe('npm run operations:add', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-manifest-'));
  async function add(manifest: unknown, client = 'web'): Promise<{ code: number; output: string }> {
    const file = path.join(folder, 'manifest.json');
    writeFileSync(file, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
    const args = ['src/cli/operations-add.ts', '--client', client, file];
    const env = { ...process.env, DATABASE_URL: server.databaseUrl, DATABASE_ADMIN_URL: '' };
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: projectFolder, env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }
  const look = async (text: string) => codes(await server.post({ documentId: sha256(text) }))[0] ?? 'found';

  test('registers what codegen, Relay and Apollo write', async () => {
    const [plain, prefixed, body] = ['{ __typename }', 'query A { __typename }', 'query B { __typename }'];
    expect(await add({ [sha256(plain)]: plain, [`sha256:${sha256(prefixed)}`]: prefixed })).toMatchObject({ code: 0 });
    const operations = [{ id: sha256(body), name: 'B', type: 'query', body }];
    const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    expect(await add(manifest, 'ios')).toMatchObject({ code: 0 });
    expect(await Promise.all([plain, prefixed, body].map(look))).toEqual(['found', 'found', 'found']);
  });

  test('says everything that is wrong at once, and registers nothing then', async () => {
    const good = 'query Good { __typename }';
    const { code, output } = await add({
      [sha256(good)]: good, '0123': '{ __typename }', [sha256('{ nonsense }')]: '{ nonsense }', [sha256('{')]: '{',
      x: 7,
    });
    expect(code).toBe(1);
    expect(output.split('\n').slice(1, -1).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^0123: is not the SHA-256 of its document, which is [0-9a-f]{64}\.$/),
      expect.stringContaining('Cannot query field "nonsense" on type "Query". (line 1, column 3)'),
      expect.stringContaining('Syntax Error: Expected Name, found <EOF>. (line 1, column 2)'),
      'x: has no text.',
    ]);
    expect(await look(good)).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test.each([['no JSON', '{'], ['a list', '[]'], ['nothing', '{}'], ['strange operations', '{"operations":7}']])(
    'refuses %s in one sentence', async (_, manifest) => {
      const { code, output } = await add(manifest);
      expect(code).toBe(1);
      expect(output).not.toMatch(/\n +at |Error:/);
    });
});
