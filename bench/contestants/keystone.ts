import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installOnce } from '../install.ts';
import type { Contestant } from './contestant.ts';
import { startServer } from './server-process.ts';

const folder = path.join(import.meta.dirname, '..', 'peers', 'keystone');
const program = path.join(folder, 'node_modules', '@keystone-6', 'core', 'bin', 'cli.js');

/** Keystone 8 with the manager's reach as its access control, built for production (peers/keystone/keystone.ts). */
export const keystone: Contestant = {
  name: 'keystone',
  async start({ database, person, poolSize }) {
    installOnce(folder);
    const address = new URL(database.urlOf('bench_keystone'));
    address.searchParams.set('options', `-c gatehouse.workspace_id=${person.workspaceId}`);
    const environment = {
      DATABASE_URL: address.href.replaceAll('+', '%20'), POOL_SIZE: String(poolSize), PERSON: JSON.stringify(person),
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    };
    const { status, stderr } = spawnSync(process.execPath, [program, 'build', '--no-ui'], {
      cwd: folder, env: { ...process.env, ...environment, PORT: '1', HOST: '127.0.0.1' }, encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`keystone build failed:\n${stderr}`);
    const { pid, port, stop } = await startServer('keystone', [program, 'start', '--no-ui'], environment, folder);
    return {
      name: 'keystone', pid, stop, url: `http://127.0.0.1:${port}/api/graphql`, role: 'bench_keystone',
      databaseName: database.name, headers: { authorization: `Bearer ${person.token}` },
    };
  },
};
