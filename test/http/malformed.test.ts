import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, codes, sendBytes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const probe = probeSchema();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema: probe.schema });
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
const query = '{"query":"{ hello }"}';
const deep = (depth: number, [open, close]: [string, string]) => open.repeat(depth) + close.repeat(depth);
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

const badBodies: [string, string | Uint8Array][] = [
  ['nothing', ''],
  ['a space', ' '],
  ['half an object', '{"query":"{ hello }"'],
  ['null', 'null'],
  ['a number', '7'],
  ['a text', '"{ hello }"'],
  ['a list', '[]'],
  ['a batch', `[${query},${query}]`],
  ['no query', '{}'],
  ['an empty query', '{"query":""}'],
  ['null for a query', '{"query":null}'],
  ['a query that is an object', '{"query":{}}'],
  ['a query that is a list', '{"query":["{ hello }"]}'],
  ['variables that are a text', '{"query":"{ hello }","variables":"{}"}'],
  ['variables that are a list', '{"query":"{ hello }","variables":[]}'],
  ['extensions that are a number', '{"query":"{ hello }","extensions":1}'],
  ['a name that is an object', '{"query":"{ hello }","operationName":{}}'],
  ['an id that is a number', '{"documentId":1}'],
  ['a parameter that we do not know', '{"query":"{ hello }","variable":{}}'],
  ['a __proto__', '{"query":"{ hello }","__proto__":{}}'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ['UTF-8 of half a pair', Buffer.from(query.replace('hello', '\xed\xa0\x80'), 'latin1')],
  ['UTF-16', utf16(query)],
  ['a gzip', gzipSync(query)],
  ['a NUL as it is', '{"query":"{ hello }\0"}'],
  ['a NUL escaped', '{"query":"{ hello(name: \\"\\u0000\\") }"}'],
  ['a NUL in a variable', '{"query":"{ hello }","variables":{"a":"\\u0000"}}'],
  ['a NUL in a name', '{"query":"{ hello }","variables":{"a\\u0000":1}}'],
  ['half a pair', '{"query":"{ hello }","variables":{"a":{"b":["\\ud800"]}}}'],
  ['the other half', '{"query":"{ hello }","variables":{"a":"\\udc00x"}}'],
  ['a pair the wrong way round', '{"query":"{ hello }","variables":{"a":"\\udc00\\ud800"}}'],
  ['100,000 nested lists', `{"query":"{ hello }","variables":{"a":${deep(100_000, ['[', ']'])}}}`],
  ['100,000 nested objects',
    `{"query":"{ hello }","variables":${deep(100_000, ['{"a":', '}']).replace('{"a":}', '{}')}}`],
  ['100,000 opened lists', '['.repeat(100_000)],
  ['41 levels', deep(41, ['[', ']'])],
];

test.each(badBodies)('a body of %s is a 400', async (_, body) => {
  const started = performance.now();
  const answer = await server.send({ method: 'POST', headers: json, body: body as string });
  expect([answer.status, codes(answer)]).toEqual([400, ['BAD_REQUEST']]);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('NUL and half pairs in a document are refused too', async () => {
  const nul = await server.ask('{ hello(name: "\\u0000") }');
  expect(codes(nul)).toEqual(['BAD_USER_INPUT']);
  const half = await server.ask('{ hello(name: "\\ud800") }');
  expect(codes(half)).toEqual(['GRAPHQL_PARSE_FAILED']);
  expect((await server.ask('{ hello(name: "\\ud83d\\ude00 \\u{1f600}") }')).data).toEqual({ hello: '😀 😀' });
  const escaped = '{"query":"{ hello(name: \\"\\ud83d\\ude00\\") }"}';
  const pair = await server.send({ method: 'POST', headers: json, body: escaped });
  expect(pair.data).toEqual({ hello: '😀' });
});

test.each([
  'application/json; charset=utf-16', 'application/json; charset=iso-8859-1', 'text/json', 'application/jsonx', 'json',
  'application/graphql+json', 'application/graphql', 'message/rfc822', 'application/json, text/plain', '*/*', '',
])('a body of the type "%s" is a 415', async (type) => {
  const answer = await server.send({ method: 'POST', headers: { 'content-type': type }, body: Buffer.from(query) });
  expect([answer.status, codes(answer)]).toEqual([415, ['UNSUPPORTED_MEDIA_TYPE']]);
});

test.each([
  'application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json;',
])('a body of the type "%s" is read', async (type) => {
  const answer = await server.send({ method: 'POST', headers: { 'content-type': type }, body: Buffer.from(query) });
  expect(answer.data).toEqual({ hello: 'world' });
});

test.each([
  '?query=%FF%FE', '?query=%ZZ', '?query={hello}&query={hello}', '?query={hello}&x=1', '?query=%00', '?', '',
  '?query=', '?variables={}', '?query={hello}&variables={', '?query={hello}&variables=[]', '?query={hello}&variables=1',
  `?query={hello}&variables=${'['.repeat(60)}`, '?query={hello}&extensions=x', '?constructor=1', '?__proto__=1',
])('an address with %s is a 400', async (search) => {
  const answer = await server.send({}, `/graphql${search}`);
  expect([answer.status, codes(answer)]).toEqual([400, ['BAD_REQUEST']]);
});

test('addresses are UTF-8, with + for a space', async () => {
  const answer = await server.send({}, '/graphql?query={+hello(name:"%C3%A4+%F0%9F%98%80")+}');
  expect(answer.data).toEqual({ hello: 'ä 😀' });
});

test.each([
  ['no HTTP', ['hello'], 400],
  ['an address of somebody else', ['GET http://evil.example/graphql?query={hello} HTTP/1.1', 'Host: ['], 200],
  ['a host that is none', ['GET /graphql?query={hello} HTTP/1.1', 'Host: [::'], 200],
  ['an address that is none', ['OPTIONS * HTTP/1.1', 'Host: x'], 404],
  ['two slashes', ['GET //evil/graphql HTTP/1.1', 'Host: x'], 404],
  ['headers of 20 kB', ['GET /graphql HTTP/1.1', 'Host: x', `X: ${'x'.repeat(20_000)}`], 431],
  ['two lengths', ['POST /graphql HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2'], 400],
  ['a length and chunks',
    ['POST /graphql HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked'], 400],
])('%s does not upset the server', async (_, lines, status) => {
  const answer = await sendBytes(server.url, [...lines, 'Connection: close', '', ''].join('\r\n'));
  expect(answer.split('\r\n')[0]).toMatch(`HTTP/1.1 ${status} `);
  if (status !== 404) expect(answer).toMatch(/content-type: application\/json[^]*"(data|message)"/i);
});

test('what a client expects besides is not known, and not in the way', async () => {
  const lines = [
    'POST /graphql HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Expect: miracles',
    `Content-Length: ${query.length}`, 'Connection: close', '', query,
  ];
  expect(await sendBytes(server.url, lines.join('\r\n'))).toContain('{"hello":"world"}');
});

test.each([
  'text/plain', 'text/html', 'text/event-stream', 'multipart/mixed', 'image/*', 'x', ';;,', 'application/jsonx',
])('whoever accepts only "%s" is told that there is JSON, and nothing is carried out', async (accept) => {
  const before = probe.resolved();
  const body = '{"query":"mutation { touch }"}';
  const answer = await server.send({ method: 'POST', headers: { ...json, accept }, body });
  expect([answer.status, codes(answer)]).toEqual([406, ['NOT_ACCEPTABLE']]);
  expect(probe.resolved()).toBe(before);
  expect(answer.errors![0]!.message).toContain('application/json');
});

test.each([
  ['*/*', 'application/json'], ['application/*', 'application/json'], ['text/html,*/*;q=0.8', 'application/json'],
  ['text/event-stream, application/json', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
])('whoever accepts "%s" gets %s', async (accept, type) => {
  const answer = await server.send({ method: 'POST', headers: { ...json, accept }, body: query });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  expect(answer.data).toEqual({ hello: 'world' });
});

test('a path that only looks like ours is not ours', async () => {
  for (const path of ['/x?/graphql', '/x/graphql', '/graphql/x', '/GRAPHQL', '/health', '/graphiql/constructor',
    '/graphiql/../package.json', '/graphiql/%2e%2e/index.html']) {
    expect([path, (await server.send({}, path)).status]).toEqual([path, 404]);
  }
});

test('long hostile texts are dealt with at once', async () => {
  const hostile = [
    'a'.repeat(16_000), 'Did you mean '.repeat(1_200), `${'Did you mean '.repeat(1_000)}"`, '='.repeat(16_000),
    'bearer '.repeat(2_200), `charset=${'"'.repeat(15_000)}`, `${';'.repeat(15_000)}x`,
  ];
  for (const text of hostile) {
    const started = performance.now();
    await server.post({ query: `{ hello ${text.slice(0, 12_000)} }`, variables: { text: text.repeat(3) } });
    for (const name of ['authorization', 'cookie', 'origin', 'x-request-id', 'accept', 'content-type']) {
      const answer = await server.send({ headers: { [name]: text.slice(0, 14_000) } }, '/graphql?query={hello}');
      expect(answer.status).toBeLessThan(500);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});
