import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const logFolder = path.join(import.meta.dirname, '..', 'results', 'logs');

export type ServerProcess = { pid: number; port: number; stop(): Promise<void> };

/**
 * Runs a server of its own process and waits until it listens. What it says goes to a file, as it would in production.
 *
 * @param program with its arguments, if it has any
 * @param environment gets PORT and HOST besides
 * @throws Error with the end of what it said, when it ends instead
 */
export async function startServer(
  name: string, program: string | string[], environment: Record<string, string>, folder = import.meta.dirname,
): Promise<ServerProcess> {
  mkdirSync(logFolder, { recursive: true });
  const port = await freePort();
  const log = createWriteStream(path.join(logFolder, `${name}.log`));
  const { PATH = '', HOME = '' } = process.env;
  // BENCH_NODE_FLAGS='--cpu-prof --cpu-prof-dir=/tmp/profiles' says where the time goes.
  const flags = ['--disable-warning=ExperimentalWarning', ...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? [])];
  const child = spawn(process.execPath, [...flags, ...[program].flat()], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  }
  const stop = () => end(child);
  process.once('exit', () => child.kill('SIGKILL'));
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${name} did not start:\n${said}`);
    if (await answers(port)) return { pid: child.pid!, port, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`${name} does not answer after a minute:\n${said}`);
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const insist = setTimeout(() => child.kill('SIGKILL'), 8_000);
    child.once('exit', () => {
      clearTimeout(insist);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
