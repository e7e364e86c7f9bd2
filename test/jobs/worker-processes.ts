import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { projectFolder } from '../../src/project.ts';
import type { World } from '../support/world.ts';

export type WorkerProcess = {
  process: ChildProcess;
  /** What it has said. */
  output: () => string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to end. @returns its exit code, and how long it took */
  stop(): Promise<{ code: number | null; milliseconds: number }>;
};

/** Starts a worker of the world's database as a process of its own, and waits until it works. */
export async function startWorkerProcess(world: World, env: Record<string, string> = {}): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning', path.join(projectFolder, 'test', 'jobs', 'worker-process.ts'),
  ], {
    cwd: projectFolder, stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH, DATABASE_URL: world.urls.server, CURSOR_SECRET: 'a secret of at least 32 bytes long',
      LOG_LEVEL: 'warn', WORKER_CONCURRENCY: '4', ...env,
    },
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (output.includes('working')) resolve();
      });
    }
    void exited.then(() => reject(new Error(`The worker ended: ${output}`)));
  });
  return {
    process: child,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      const asked = performance.now();
      child.kill('SIGTERM');
      return { code: await exited, milliseconds: performance.now() - asked };
    },
  };
}
