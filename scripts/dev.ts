/* npm run dev: npm start that starts again when a source changes, with a new database client when the schema does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../src/project.ts';
import { makeReady } from './ready.mjs';

const watched = ['src', 'prisma', 'examples', 'public'];
let server: ChildProcess | undefined;
let isStopping = false;
let pending: NodeJS.Timeout | undefined;

function startServer(): void {
  const flags = ['--disable-warning=ExperimentalWarning', 'src/start.ts'];
  server = spawn(process.execPath, flags, { cwd: projectFolder, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  server.once('exit', () => {
    server = undefined;
    if (isStopping) process.exit(0);
    if (!pending) console.error('Waiting for a change …');
  });
}

function stopServer(): Promise<unknown> {
  if (!server) return Promise.resolve();
  const ended = new Promise((resolve) => server!.once('exit', resolve));
  server.kill('SIGTERM');
  return ended;
}

/** Editors write several times; the last one counts. */
function restartSoon(): void {
  clearTimeout(pending);
  pending = setTimeout(async () => {
    console.error('Something changed: starting again.');
    await stopServer();
    pending = undefined;
    try {
      await makeReady();
      startServer();
    } catch (error) {
      console.error((error as Error).message);
    }
  }, 150);
}

for (const folder of watched) {
  try {
    watch(path.join(projectFolder, folder), { recursive: true }, (_, file) => {
      if (!file?.includes('generated')) restartSoon();
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function stop(): void {
  isStopping = true;
  clearTimeout(pending);
  if (server) server.kill('SIGTERM');
  else process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
process.once('disconnect', stop);
startServer();
