/* Runs the project's own programs, on the right Node, and ends together with whoever started them. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeReady, project, withOurPrograms } from './ready.mjs';

/** For all our TypeScript: run as it is, without the warning that this is new, with the person's own settings. */
const flags = [
  '--disable-warning=ExperimentalWarning',
  ...(existsSync(path.join(project, '.env')) ? ['--env-file=.env'] : []),
];

/**
 * Makes the project ready, runs one program of it, and takes over its end.
 *
 * @param args  what follows `node`: flags, the file, its own arguments
 * @returns the exit code
 */
export async function launch(args) {
  const watch = endWithNpm();
  const node = await makeReady();
  // The fourth channel is closed by the system when this process dies, however it dies: the program then ends too.
  const child = spawn(node, [...flags, ...args], {
    cwd: project, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: withOurPrograms(),
  });
  // Ctrl-C reaches the program from the terminal as well; a second signal changes nothing.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** npm cannot tell its script when it was killed, nor does the shell between the two. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return undefined;
  const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const before = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  return watch.unref();
}

/** Where this cannot be read, a killed npm goes unnoticed unless it was our direct parent. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}
