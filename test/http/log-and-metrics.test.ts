import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../src/http/logging.ts';
import { type TestServer, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const { schema } = probeSchema();
let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer({ schema });
  token = await server.aToken();
});
afterAll(() => server.close());

const lines = () => server.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
const lineOf = (requestId: unknown) => lines().find((line) => line.msg === 'request' && line.requestId === requestId);

test('each request is one line: who, what, how long, at which cost, with which refusals', async () => {
  const answer = await server.post(
    { query: 'query Look { hello refused { id } fail(how: "known") }' }, { authorization: `Bearer ${token}` });
  const { requestId } = answer.extensions as { requestId: string };
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  expect(lineOf(requestId)).toEqual({
    level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), msg: 'request', requestId,
    method: 'POST', path: '/graphql', status: 200, milliseconds: expect.any(Number), credentials: 'bearer',
    workspaceId: expect.any(String), memberId: expect.any(String), profile: expect.stringMatching(/^[0-9a-f]{16}$/),
    operation: 'query', operationName: 'Look', documentId: null, cost: 4, refusedFields: 1, errors: { FORBIDDEN: 2 },
  });
});

test('an id of the caller\'s own is kept when it is harmless', async () => {
  const given = await server.post({ query: '{ hello }' }, { 'x-request-id': 'checkout-7f3.a_b' });
  expect(given.extensions).toMatchObject({ requestId: 'checkout-7f3.a_b' });
  for (const id of ['short', 'x'.repeat(65), 'with space 1', 'quote"quote"', 'ümlaut-ümlaut']) {
    const { extensions } = await server.post({ query: '{ hello }' }, { 'x-request-id': encodeURI(id) });
    expect((extensions as { requestId: string }).requestId).not.toBe(id);
  }
});

test('the log holds nothing that was said: no tokens, cookies, variables, literals, nor values in errors', async () => {
  const word = 'hunter2-canary';
  const headers = { authorization: `Bearer ${token}`, cookie: `gatehouse=${word}`, 'user-agent': word };
  for (const parameters of [
    { query: `query($name: String) { hello(name: $name) }`, variables: { name: word } },
    { query: `{ hello(name: "${word}") text(value: "${word}", cast: "int") }` },
    { query: `{ ${word.replace('-', '_')}` }, { query: `{ find(where: { kind: ${word.replace('-', '_')} }) }` },
    { query: 'query($of: Int!) { number(of: $of) }', variables: { of: word } },
    { query: '{ a: fail(how: "unique") b: fail(how: "prisma input") c: fail(how: "prisma value") }' },
    { documentId: word }, { [word]: 1 },
  ]) await server.post(parameters, headers);
  await server.send({ headers }, `/graphql?query=${word}`);
  const all = server.logLines.join('');
  expect(all).not.toMatch(/hunter2|secret@x/);
  expect(all).not.toContain(token);
});

test('what should never have been logged stops at the log, wherever it stands', () => {
  const told: string[] = [];
  const log = createLog({ logLevel: 'info' }, { write: (line) => { told.push(line); } });
  const secret = { token: 'hunter2', password: ['hunter2'], variables: { name: 'hunter2' } };
  const inside = { cookie: 'hunter2', authorization: null };
  log.info({ ...secret, status: 200, of: { ...secret, status: 200, inside } });
  log.child({ of: { status: 200 } }).info({ err: Object.assign(new Error('x'), secret) }, 'failed');
  expect(told.join('')).not.toContain('hunter2');
  expect(JSON.parse(told[0]!)).toMatchObject({ token: '[removed]', status: 200, of: { status: 200 } });
});

test('a line break in what a caller sends forges no line', async () => {
  const before = server.logLines.length;
  await server.post({ query: 'query a { hello }', operationName: 'a\n{"level":"error"}' });
  await server.post({ query: '{ hello }' }, { 'user-agent': 'x\ty' });
  for (const line of server.logLines.slice(before)) expect(line.trim().split('\n')).toHaveLength(1);
});

async function metric(name: string): Promise<number> {
  const { text } = await server.send({}, '/metrics');
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line ? Number(line.split(' ').at(-1)) : 0;
}

test('/metrics counts requests by outcome, errors by code, refused fields, statements and connections', async () => {
  const names = {
    ok: 'gatehouse_requests_total{operation="query",outcome="ok"}',
    partial: 'gatehouse_requests_total{operation="query",outcome="partial"}',
    failed: 'gatehouse_requests_total{operation="query",outcome="failed"}',
    refused: 'gatehouse_requests_total{operation="none",outcome="refused"}',
    forbidden: 'gatehouse_errors_total{code="FORBIDDEN"}',
    fields: 'gatehouse_refused_fields_total',
    timed: 'gatehouse_request_seconds_count{operation="query"}',
    statements: 'gatehouse_database_statements_total',
  };
  const read = async () => Object.fromEntries(await Promise.all(
    Object.entries(names).map(async ([key, name]) => [key, await metric(name)]))) as Record<keyof typeof names, number>;
  // Numbers about jobs are asked for at the first look.
  await read();
  const before = await read();
  await server.ask('{ hello }');
  await server.ask('{ refused { id } }');
  await server.ask('{ fail(how: "error") }');
  await server.ask('{ text(value: "x") }');
  await server.send({ method: 'POST', body: 'x' });
  await server.ask('{ nonsense }');
  const after = await read();
  const risen = Object.fromEntries(Object.entries(after).map(([key, value]) => [key, value - before[key as 'ok']]));
  expect(risen).toEqual({ ok: 2, partial: 1, failed: 1, refused: 2, forbidden: 1, fields: 1, timed: 4, statements: 2 });
  expect(await metric('gatehouse_requests_in_flight')).toBe(0);
  expect(await metric('gatehouse_database_connections{pool="reads",state="open"}')).toBeGreaterThan(0);
  expect(await metric('process_resident_memory_bytes')).toBeGreaterThan(0);
});

test('callers cannot make up labels', async () => {
  await server.post({ query: 'query hunter2 { hello }' }, { 'x-request-id': 'hunter2-hunter2' });
  expect((await server.send({}, '/metrics')).text).not.toContain('hunter2');
});

test('with METRICS_TOKEN only who has it reads /metrics; in production nobody does without one', async () => {
  const secret = 'a-token-for-prometheus';
  for (const [env, authorization, status] of [
    [{ METRICS_TOKEN: secret }, `Bearer ${secret}`, 200], [{ METRICS_TOKEN: secret }, 'Bearer other', 404],
    [{ METRICS_TOKEN: secret }, '', 404], [{ NODE_ENV: 'production' }, '', 404],
    [{ NODE_ENV: 'production', METRICS_TOKEN: secret }, `Bearer ${secret}`, 200],
  ] as const) {
    const other = await startServer({ schema, env });
    expect((await other.send({ headers: { authorization } }, '/metrics')).status).toBe(status);
    await other.close();
  }
});
