import path from 'node:path';
import { projectFolder } from '../../src/project.ts';
import type { Contestant, Running, Setting } from './contestant.ts';
import { startServer } from './server-process.ts';

/**
 * The product as it runs in production: policy and walls on, a bearer session looked up for each request, its log on.
 * From the sources: Node takes the types away while it loads, and what then runs is what `npm run build` writes.
 */
export const gatehouse: Contestant = {
  name: 'gatehouse',
  start: (setting) => startGatehouse(
    'gatehouse', path.join(projectFolder, 'src', 'start.ts'), setting, 'gatehouse_server'),
};

export const noPolicy: Contestant = {
  name: 'noPolicy',
  start: (setting) => startGatehouse(
    'noPolicy', path.join(import.meta.dirname, 'gatehouse-without-policy.ts'), setting, 'bench_gatehouse'),
};

async function startGatehouse(
  name: 'gatehouse' | 'noPolicy', program: string, { database, person, poolSize }: Setting, role: string,
): Promise<Running> {
  const { pid, port, stop } = await startServer(name, program, {
    DATABASE_URL: database.urlOf(role),
    DATABASE_POOL_SIZE: String(poolSize),
    // Jobs run elsewhere: what is measured is requests.
    WORKER: '0',
    // Nobody is written to, but production asks where mail would go.
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'Bench <bench@bench.example>',
    PUBLIC_URL: 'https://bench.example',
    CURSOR_SECRET: 'a secret of the bench, 32 bytes long and more',
  }, projectFolder);
  return {
    name, pid, stop, url: `http://127.0.0.1:${port}/graphql`, role, databaseName: database.name,
    headers: { authorization: `Bearer ${person.token}` },
  };
}
