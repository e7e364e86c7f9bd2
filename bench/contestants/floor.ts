import path from 'node:path';
import type { Contestant } from './contestant.ts';
import { startServer } from './server-process.ts';

/** What somebody could write by hand for each workload: one statement, its JSON sent on as it comes. */
export const floor: Contestant = {
  name: 'floor',
  async start({ database, person, poolSize }) {
    const { pid, port, stop } = await startServer('floor', path.join(import.meta.dirname, 'floor-server.ts'), {
      DATABASE_URL: database.urlOf('bench_floor'), POOL_SIZE: String(poolSize), PERSON: JSON.stringify(person),
    });
    return {
      name: 'floor', pid, stop, url: `http://127.0.0.1:${port}/`, role: 'bench_floor', databaseName: database.name,
      headers: { authorization: `Bearer ${person.token}` },
    };
  },
};
