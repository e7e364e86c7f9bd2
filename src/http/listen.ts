import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';

export type ListenOptions = {
  port: number;
  host: string;
  /** How long requests are still accepted after the end has begun, so that balancers can notice it. */
  noticeMilliseconds: number;
};

export type Listening = {
  /** Where it listens: `http://127.0.0.1:4000`. */
  url: string;
  /** Says at /readyz that it ends, then accepts nothing new, then waits for what runs. */
  close(): Promise<void>;
};

/** What runs at the end may take this long to finish. */
const patienceMilliseconds = 20_000;

/** Starts answering on a port. Clients that dawdle, and crowds that only connect, cannot keep others out for long. */
export async function listen(app: App, { port, host, noticeMilliseconds }: ListenOptions): Promise<Listening> {
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 1_000,
    // Longer than what balancers keep connections, so that it is never we who end one that they are about to use.
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16_384,
  }, app.handler);
  server.maxConnections = 10_000;
  // A client that does not read its answer either.
  server.timeout = 30_000;
  // What we do not know we need not do: Node would answer 417 with nothing in it.
  server.on('checkExpectation', app.handler);
  // Node's own answer would have nothing in it either.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    socket.end(answerToClientError(error.code ?? ''));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${['0.0.0.0', '[::]'].includes(name) ? 'localhost' : name}:${address.port}`,
    close: () => close(server, app, noticeMilliseconds),
  };
}

/** What never became a request: its bytes cannot be read, are too many, or do not come. */
function answerToClientError(code: string): string {
  const [status, message] = clientErrors[code] ?? [
    '400 Bad Request', 'The request cannot be read: it is no proper HTTP/1.1.',
  ];
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  const type = 'Content-Type: application/json; charset=utf-8';
  return [`HTTP/1.1 ${status}`, type, `Content-Length: ${body.length}`, 'Connection: close', '', body].join('\r\n');
}

const clientErrors: Record<string, [status: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are more than 16 KiB: send shorter ones.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive: send it at once.'],
};

async function close(server: Server, app: App, noticeMilliseconds: number): Promise<void> {
  app.readiness.end();
  await sleep(noticeMilliseconds);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const lastCall = setTimeout(() => server.closeAllConnections(), patienceMilliseconds);
  await closed;
  clearTimeout(lastCall);
}
