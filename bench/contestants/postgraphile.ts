import path from 'node:path';
import type { Contestant } from './contestant.ts';
import { startServer } from './server-process.ts';

/** PostGraphile 5 with the manager's reach as row-level security (data/peers.sql). */
export const postgraphile: Contestant = {
  name: 'postgraphile',
  async start({ database, person, poolSize }) {
    const { pid, port, stop } = await startServer(
      'postgraphile', path.join(import.meta.dirname, '..', 'peers', 'postgraphile-server.ts'), {
        DATABASE_URL: database.urlOf('bench_postgraphile'), POOL_SIZE: String(poolSize), PERSON: JSON.stringify(person),
        GRAPHILE_ENV: 'production',
      });
    return {
      name: 'postgraphile', pid, stop, url: `http://127.0.0.1:${port}/graphql`, role: 'bench_postgraphile',
      databaseName: database.name, headers: { authorization: `Bearer ${person.token}` },
    };
  },
};
