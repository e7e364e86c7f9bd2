import { pino } from 'pino';
import { type App, createApp } from '../../../src/app.ts';
import { Database, type Row, type Statement } from '../../../src/db/database.ts';
import { readEnv } from '../../../src/env.ts';
import { schema } from '../../../src/schema/index.ts';
import { visibleSchema } from '../../../src/schema/visible-schema.ts';

/** When it is, in every world. */
export const now = new Date('2026-11-22T12:00:00.000Z');

/**
 * Reads end in the order in which they were begun. Otherwise two lists of one document are answered in whatever order
 * PostgreSQL finishes them, and the order of their errors would differ by chance.
 */
class OrderedDatabase extends Database {
  #last: Promise<unknown> = Promise.resolve();

  override read(workspaceId: string, statement: Statement, signal?: AbortSignal): Promise<Row[]> {
    const reading = this.#last.then(() => super.read(workspaceId, statement, signal));
    this.#last = reading.catch(() => undefined);
    return reading;
  }
}

/** What ids begin with that the server makes; those of the world's own rows begin otherwise. */
export const madeByServer = '019c0000';

export type WorldServer = {
  /** Status, cookies and body of the answer, as one text. */
  ask(token: string | null, document: string, variables: object, number: number): Promise<string>;
  close(): Promise<void>;
};

/** The server on a world's database: everything but the socket. Clock and ids are the same in every world. */
export function serveWorld(databaseUrl: string): WorldServer {
  const database = new OrderedDatabase({
    url: databaseUrl, pooling: 'session', poolSize: 3, onConnectionError: () => {},
  });
  let made = 0;
  let request = 0;
  const newId = () => {
    made += 1;
    return `${madeByServer}-${(request % 0xffff).toString(16).padStart(4, '0')}-7000-8000-${made.toString(16).padStart(12, '0')}`;
  };
  const env = readEnv({
    NODE_ENV: 'test', COST_LIMIT: '1000000', CURSOR_SECRET: 'the same secret in every world, 32 bytes',
  });
  const app: App = createApp({
    env, schema, log: pino({ level: 'silent' }),
    services: { database, now: () => now, newId, cursorSecret: env.cursorSecret },
    introspectionSchema: (principal) => visibleSchema(schema, principal?.profile ?? null),
  });
  return {
    async ask(token, document, variables, number) {
      request = number;
      made = 0;
      const response = await app.fetch(new Request('http://gatehouse/graphql', {
        method: 'POST', body: JSON.stringify({ query: document, variables }),
        headers: {
          'content-type': 'application/json', accept: 'application/json', 'x-request-id': `request-${number}`,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
      }));
      return [response.status, response.headers.get('set-cookie') ?? '', await response.text()].join('\n');
    },
    close: () => database.close(),
  };
}
