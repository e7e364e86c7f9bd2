import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { projectFolder } from '../../src/project.ts';
import type { World } from '../support/world.ts';

export type MailWorker = {
  process: ChildProcess;
  output: () => string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
};

/** `npm run worker` on the world's database, as a process of its own; resolves once it works. */
export async function startMailWorker(
  world: World, smtpUrl: string, concurrency = 4, env: Record<string, string> = {},
): Promise<MailWorker> {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning', path.join(projectFolder, 'src', 'worker.ts'),
  ], {
    cwd: projectFolder, stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH, DATABASE_URL: world.urls.server, CURSOR_SECRET: world.services.cursorSecret,
      SMTP_URL: smtpUrl, MAIL_FROM: 'crm@acme.example', PUBLIC_URL: 'https://crm.example',
      WORKER_CONCURRENCY: String(concurrency), LOG_LEVEL: 'info', ...env,
    },
  });
  let output = '';
  const ended = new Promise<void>((resolve) => { child.once('exit', () => resolve()); });
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (output.includes('"working"')) resolve();
      });
    }
    void ended.then(() => reject(new Error(`The worker ended:\n${output}`)));
  });
  return {
    process: child,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
