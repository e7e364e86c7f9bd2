import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type TestServer, startServer } from './http-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ schema });
});
afterAll(() => server.close());

/** Audits of the kind MAY that hardening costs us, with the reason. docs/http.md lists them too. */
const lostToHardening: string[] = [];

test('every audit of the GraphQL-over-HTTP specification passes, but for the MAY that hardening costs', async () => {
  const results = await auditServer({ url: `${server.url}/graphql` });
  expect(results.length).toBeGreaterThan(60);
  const lost = results.filter(({ status }) => status !== 'ok');
  expect(lost.filter(({ status }) => status === 'error')).toEqual([]);
  expect(lost.map(({ name }) => name)).toEqual(lostToHardening);
});
