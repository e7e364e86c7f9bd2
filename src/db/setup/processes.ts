import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessFacts {
  /** Tells two processes apart that were given the same id, one after the other. */
  startedAt: string;
  command: string;
}

/** What runs under this id; undefined when nothing does, or only a dead child that nobody has waited for. */
export function processFacts(pid: number): ProcessFacts | undefined {
  return process.platform === 'linux' ? factsFromProc(pid) : factsFromPs(pid);
}

function factsFromProc(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { startedAt: `${boot} ${fields[19]}`, command };
  } catch {
    return undefined;
  }
}

function factsFromPs(pid: number): ProcessFacts | undefined {
  const ask = (field: string) =>
    (spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '').trim();
  const state = ask('stat');
  return state === '' || state.startsWith('Z') ? undefined : { startedAt: ask('lstart'), command: ask('command') };
}

/**
 * Runs `work` while no other process holds the same lock file. A holder that died, `kill -9` included, holds nothing.
 *
 * @param onWait  called once with the holder's process id when there is one
 */
export async function whileLocked<T>(
  file: string, onWait: (pid: number) => void, work: () => Promise<T>,
): Promise<T> {
  const own = `${process.pid} ${processFacts(process.pid)?.startedAt}`;
  for (let told = false; !takes(file, own); await sleep(50)) {
    const holder = liveHolder(file);
    if (holder === undefined) {
      rmSync(file, { force: true });
    } else if (!told) {
      told = true;
      onWait(holder);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A link appears together with its content, or not at all. */
function takes(file: string, content: string): boolean {
  const written = `${file}.${process.pid}`;
  try {
    writeFileSync(written, content, { mode: 0o600 });
    linkSync(written, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

function liveHolder(file: string): number | undefined {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [, id, startedAt] = /^(\d+) (.+)$/s.exec(text) ?? [];
  return id !== undefined && processFacts(Number(id))?.startedAt === startedAt ? Number(id) : undefined;
}
