import path from 'node:path';
import { projectFolder } from '../../src/project.ts';
import type { Contestant } from './contestant.ts';
import { startServer } from './server-process.ts';

/**
 * The product as it runs in production: policy and walls on, a bearer session looked up for each request, its log on.
 * From the sources: Node takes the types away while it loads, and what then runs is what `npm run build` writes.
 */
export const gatehouse: Contestant = {
  name: 'gatehouse',
  title: 'Gatehouse',
  async start({ database, person, poolSize }) {
    const { pid, port, stop } = await startServer('gatehouse', path.join(projectFolder, 'src', 'start.ts'), {
      DATABASE_URL: database.urlOf('gatehouse_server'),
      DATABASE_POOL_SIZE: String(poolSize),
      PUBLIC_URL: 'https://bench.example',
      CURSOR_SECRET: 'a secret of the bench, 32 bytes long and more',
    }, projectFolder);
    return {
      name: 'gatehouse', pid, stop, url: `http://127.0.0.1:${port}/graphql`, role: 'gatehouse_server', databaseName: database.name,
      headers: { authorization: `Bearer ${person.token}` },
    };
  },
};
