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
  // Without an answer of ours Node's own would be sent, which is as good: the status says it all.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const status = statusOfClientError[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
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

const statusOfClientError: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
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
