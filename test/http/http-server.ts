import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createApp } from '../../src/app.ts';
import type { Principal } from '../../src/auth/principal.ts';
import { Database } from '../../src/db/database.ts';
import { uuidv7 } from '../../src/db/uuid.ts';
import { readEnv } from '../../src/env.ts';
import { listen } from '../../src/http/listen.ts';
import { createLog } from '../../src/http/logging.ts';
import { createWorkspace } from '../../src/services/identity/create-workspace.ts';
import { signIn } from '../../src/services/identity/sign-in.ts';
import { createTestDatabase } from '../support/database.ts';

export type ServerOptions = {
  schema: GraphQLSchema;
  env?: NodeJS.ProcessEnv;
  introspectionSchema?: (principal: Principal | null) => GraphQLSchema;
  signIns?: { email: string; description: string; password: string }[];
  poolSize?: number;
  noticeMilliseconds?: number;
};

export type Answer = ExecutionResult & { status: number; headers: Headers; text: string };

/** A server on a port, on a database of its own, with the log at hand. */
export async function startServer(
  { schema, env: variables = {}, poolSize = 5, noticeMilliseconds = 0, ...options }: ServerOptions,
) {
  const created = await createTestDatabase();
  const production = variables.NODE_ENV === 'production'
    ? {
      PUBLIC_URL: 'https://crm.example', CURSOR_SECRET: 'x'.repeat(32), SMTP_URL: 'smtps://mail.example',
      MAIL_FROM: 'crm@acme.example',
    } : {};
  const env = readEnv({ ...production, PORT: '0', DATABASE_URL: created.url, ...variables });
  const logLines: string[] = [];
  const log = createLog(env, { write: (line) => { logLines.push(line); } });
  const database = new Database({ url: created.url, pooling: 'session', poolSize, onConnectionError: () => {} });
  const services = { database, now: () => new Date(), newId: uuidv7, cursorSecret: env.cursorSecret };
  const app = createApp({ env, services, schema, log, ...options });
  const server = await listen(app, { port: 0, host: '127.0.0.1', noticeMilliseconds });

  /** The token of somebody who is signed in, the owner of a new workspace. */
  async function aToken(): Promise<string> {
    const owner = { email: `owner-${uuidv7()}@example.com`, password: 'correct horse battery' };
    const made = await createWorkspace(services, { slug: `w-${uuidv7()}`, owner });
    const answer = await signIn(services, { ...owner, userAgent: null });
    if (!made.ok || !answer.ok) throw new Error(JSON.stringify([made, answer]));
    return answer.value.token;
  }

  return {
    databaseUrl: created.url, adminUrl: created.adminUrl, url: server.url,
    app, database, services, logLines, aToken, ...clientOf(server.url),
    /** Ends the server alone; `close` does that too, where it has not been done. */
    stop: server.close,
    async close() {
      await server.close().catch(() => undefined);
      await database.close();
      await created.drop();
    },
  };
}

/** Ways to ask a server. */
export function clientOf(url: string) {
  /** Sends anything to /graphql. */
  async function send(init: RequestInit, path = '/graphql'): Promise<Answer> {
    const response = await fetch(`${url}${path}`, init);
    const body = await response.text();
    const result = body.startsWith('{') ? JSON.parse(body) as ExecutionResult : {};
    return { ...result, status: response.status, headers: response.headers, text: body };
  }

  /** Sends an operation, or other parameters, as POST with JSON. */
  function post(parameters: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return send({
      method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(parameters),
    });
  }

  return { send, post, ask: (query: string, variables?: Record<string, unknown>) => post({ query, variables }) };
}

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/** Codes of an answer's errors. */
export function codes({ errors }: ExecutionResult): unknown[] {
  return errors?.map(({ extensions }) => extensions.code) ?? [];
}

/** Writes bytes to the server and answers with what comes back until the connection ends. */
export async function sendBytes(url: string, ...chunks: (string | Uint8Array)[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // A server that has heard enough may close before everything was sent.
  socket.on('error', () => {});
  for (const chunk of chunks) socket.write(chunk);
  return text(socket).catch(() => '');
}
