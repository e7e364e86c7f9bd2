import { spawn } from 'node:child_process';
import { projectFolder } from '../../src/project.ts';
import type { Api, World, WorldMember } from './world.ts';
import { apiOf, sendTo } from './world.ts';

export type SecondServer = {
  /** The API as this member, or whoever has this token, sees it: from the other process. */
  as(member: Pick<WorldMember, 'token'>): Api;
  url: string;
  close(): Promise<void>;
  /** Ends it as a power cut would: `kill -9`. */
  kill(): Promise<void>;
};

/** Another server, a process of its own, on a world's database: `npm start` without the demo. */
export async function secondServer(
  world: Pick<World, 'urls'>, settings: Record<string, string> = {},
): Promise<SecondServer> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['src/start.ts'], {
    cwd: projectFolder,
    env: {
      PATH, HOME, PORT: '0', NODE_ENV: 'test', DATABASE_URL: world.urls.server, LOG_LEVEL: 'error',
      CURSOR_SECRET: 'a secret of at least 32 bytes long', ...settings,
    },
  });
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /Gatehouse is running.*?(http:\S+)\/graphql/.exec(output)?.[1];
        if (found) resolve(found);
      });
    }
    void ended.then(() => reject(new Error(`The second server ended: ${output}`)));
  });
  return {
    url,
    as: ({ token }) => apiOf((document, variables) => sendTo(url, document, variables, token)),
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
