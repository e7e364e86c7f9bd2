import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, codes, sendBytes, startServer } from './http-server.ts';
import { probeSchema } from './probe-schema.ts';

const probe = probeSchema();
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema: probe.schema });
});
afterAll(() => server.close());

const mebibyte = 1_048_576;
const head = (line: string) => [
  'POST /graphql HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Connection: close', line, '', '',
].join('\r\n');
/** A body of exactly this many bytes that would be answered. */
const bodyOf = (bytes: number) => {
  const [start, end] = ['{"query":"{ hello }","variables":{"x":"', '"}}'];
  return start + 'x'.repeat(bytes - start.length - end.length) + end;
};

test('a body of exactly 1 MiB is answered, one byte more is 413', async () => {
  const headers = { 'content-type': 'application/json' };
  const most = await server.send({ method: 'POST', headers, body: bodyOf(mebibyte) });
  expect(most.data).toEqual({ hello: 'world' });
  const more = await server.send({ method: 'POST', headers, body: bodyOf(mebibyte + 1) });
  expect([more.status, codes(more)]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
});

test('a body that says it is too long is refused before it is sent', async () => {
  const answer = await sendBytes(server.url, head('Content-Length: 1153434'));
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toContain('PAYLOAD_TOO_LARGE');
});

test('a body in chunks is refused as soon as it is too long', async () => {
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
  const answer = await sendBytes(server.url, head('Transfer-Encoding: chunked'), ...Array(17).fill(chunk) as Buffer[]);
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

test('multipart is refused, however long', async () => {
  for (const size of [10, mebibyte + 100_000]) {
    const body = new FormData();
    body.set('operations', JSON.stringify({ query: '{ hello }' }));
    body.set('0', new Blob([Buffer.alloc(size)]));
    expect((await server.send({ method: 'POST', body })).status).toBe(415);
  }
});

test('what is too long is not kept: 25 MB leave nothing behind', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().arrayBuffers - before); }, 5);
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(head('Transfer-Encoding: chunked'));
  for (let sent = 0; sent < 25_000_000 && socket.writable; sent += 65_536) {
    if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), sleep(100)]);
  }
  clearInterval(watch);
  socket.destroy();
  expect(most).toBeLessThan(8_000_000);
});

test('a compressed body is not opened', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  expect((await server.send({ method: 'POST', headers, body: Buffer.alloc(100) })).status).toBe(415);
});

test('a client that dawdles with its headers or its body is cut off within fifteen seconds', async () => {
  const started = performance.now();
  const answers = await Promise.all([
    sendBytes(server.url, 'POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: '),
    sendBytes(server.url, head('Content-Length: 100'), '{"query":'),
  ]);
  expect(performance.now() - started).toBeLessThan(17_000);
  expect(answers.map((answer) => answer.split('\r\n')[0])).toEqual(Array(2).fill('HTTP/1.1 408 Request Timeout'));
}, 25_000);

test('a client that breaks off its body is no error of ours', async () => {
  const before = server.logLines.length;
  for (const rest of [[head('Content-Length: 100'), '{"query":'], [head('Transfer-Encoding: chunked'), 'ff\r\n{']]) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(rest.join(''), () => setTimeout(() => socket.destroy(), 50));
    await new Promise((resolve) => socket.once('close', resolve));
  }
  await expect.poll(() => server.logLines.length - before).toBeGreaterThanOrEqual(2);
  expect(server.logLines.slice(before).filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
});

test('five hundred connections that say nothing keep nobody else out', async () => {
  const sockets = Array.from({ length: 500 }, () => connect(Number(new URL(server.url).port), '127.0.0.1'));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.write('POST /graphql HTTP/1.1\r\n');
  }
  expect((await server.ask('{ hello }')).data).toEqual({ hello: 'world' });
  for (const socket of sockets) socket.destroy();
});
