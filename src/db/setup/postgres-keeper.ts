import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../refusal.ts';
import type { Launch, PostgresProgram } from './postgres-program.ts';
import { processFacts } from './processes.ts';

/*
 * Who ends the server? Every process that uses it holds a named pipe open for writing. A shell beside the server
 * reads that pipe: the read ends when the last writer is gone, by whatever death, `kill -9` included, and then the
 * shell ends the server. So nothing is left behind, and nothing is stopped under a second user.
 */
const keeperScript = `
exec 3<"$1"; shift
"$@" 3<&- & server=$!
( cat <&3 >/dev/null; kill -INT $server 2>/dev/null ) &
exec 3<&-
trap '' INT HUP
wait $server
kill 0
`;

export interface Keeper {
  /** Lets go of the server. Returns when it has ended, or at once when other processes still use it. */
  release(): Promise<void>;
}

const pipeOf = (dataFolder: string) => `${dataFolder}.users`;

/** Joins the users of a server that is running; undefined when there is none, or none that a keeper looks after. */
export function joinKeeper(dataFolder: string): Keeper | undefined {
  if (runningServer(dataFolder) === undefined) return undefined;
  const hold = openForWriting(pipeOf(dataFolder));
  return hold === undefined ? undefined : keeper(dataFolder, hold);
}

/**
 * Starts the server with a keeper beside it, and waits until it accepts connections.
 *
 * @param accepts  whether the server answers by now
 * @throws Refusal  it ended instead, or did not answer within a minute
 */
export async function startKeeper(
  program: PostgresProgram,
  launch: Launch,
  at: { dataFolder: string; logFile: string; settings: Record<string, string> },
  accepts: () => Promise<boolean>,
): Promise<Keeper> {
  const pipe = pipeOf(at.dataFolder);
  rmSync(pipe, { force: true });
  if (spawnSync('mkfifo', ['-m', '600', pipe]).status !== 0) {
    throw new Refusal(`Cannot make a named pipe at ${pipe}: put the project on a local disk.`);
  }
  if (program.user) chownSync(pipe, program.user.uid, program.user.gid);

  const flags = Object.entries(at.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [
    ...launch.prefix, 'sh', '-c', keeperScript, 'gatehouse-keeper', pipe,
    program.postgres, '-D', at.dataFolder, ...flags,
  ];
  // Held both ways until the keeper reads, so that neither side waits for the other.
  const bridge = openSync(pipe, constants.O_RDWR);
  const log = openSync(at.logFile, 'a', 0o600);
  try {
    const child = spawn(command[0]!, command.slice(1), {
      ...launch.identity, cwd: '/', detached: true, stdio: ['ignore', log, log],
    });
    child.unref();
    await untilAccepting(child, accepts, at.logFile);
    return keeper(at.dataFolder, openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } finally {
    closeSync(log);
    closeSync(bridge);
  }
}

async function untilAccepting(child: ChildProcess, accepts: () => Promise<boolean>, logFile: string): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  for (const limit = Date.now() + 60_000; Date.now() < limit; await sleep(30)) {
    if (failure || child.exitCode !== null || child.signalCode !== null) break;
    if (await accepts()) return;
  }
  const reason = failure?.message ?? lastComplaint(logFile) ?? 'it does not answer';
  throw new Refusal(`The embedded PostgreSQL did not start (${reason}): see ${logFile}.`);
}

function lastComplaint(logFile: string): string | undefined {
  const complaints = readFileSync(logFile, 'utf8').matchAll(/(?:FATAL|PANIC|ERROR): +(.+)/g);
  return [...complaints].at(-1)?.[1];
}

function keeper(dataFolder: string, hold: number): Keeper {
  let released: Promise<void> | undefined;
  return { release: () => (released ??= letGo(dataFolder, hold)) };
}

async function letGo(dataFolder: string, hold: number): Promise<void> {
  closeSync(hold);
  for (let looks = 0; looks < 3; looks += 1) {
    await sleep(30);
    const probe = openForWriting(pipeOf(dataFolder));
    if (probe === undefined) return waitForEnd(dataFolder);
    closeSync(probe);
  }
}

/** Opening a pipe for writing fails when nobody reads it: that is how a keeper's absence shows. */
function openForWriting(pipe: string): number | undefined {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENXIO' || code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Ends a server that runs on this data folder although its keeper is gone, or is about to end it;
 * and removes the process file that a killed server leaves.
 */
export async function endUnkeptServer(dataFolder: string): Promise<void> {
  const pid = runningServer(dataFolder);
  if (pid !== undefined) {
    process.kill(pid, 'SIGINT');
    await waitForEnd(dataFolder);
  }
  rmSync(path.join(dataFolder, 'postmaster.pid'), { force: true });
}

async function waitForEnd(dataFolder: string): Promise<void> {
  const start = Date.now();
  let pressed = false;
  for (let pid = runningServer(dataFolder); pid !== undefined; pid = runningServer(dataFolder)) {
    const waited = Date.now() - start;
    if (waited > 20_000) {
      throw new Refusal(`The PostgreSQL in ${dataFolder} does not end: end its process ${pid} by hand.`);
    }
    if (waited > 10_000 && !pressed) {
      pressed = true;
      process.kill(pid, 'SIGQUIT');
    }
    await sleep(20);
  }
}

export function isRunning(dataFolder: string): boolean {
  return runningServer(dataFolder) !== undefined;
}

/** The process id of the server on this data folder, when the process file names one that really is it. */
function runningServer(dataFolder: string): number | undefined {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(path.join(dataFolder, 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return undefined;
  }
  return processFacts(pid)?.command.includes(dataFolder) ? pid : undefined;
}
