import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.ts';

/**
 * Makes the folder of what the embedded database and a server in development keep.
 *
 * @throws Refusal  it cannot be made, or is no folder
 */
export function makeStateFolder(folder: string): void {
  try {
    makeFolder(path.resolve(folder));
  } catch (error) {
    throw unusableFolder(folder, error);
  }
}

/** Node's own `recursive` tries for ever below /proc, where no folder can be made and none is said to lack. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
}

export function unusableFolder(folder: string, error: unknown): Refusal {
  const { code } = error as NodeJS.ErrnoException;
  const remedy = remedies[code!] ?? '';
  return new Refusal(`Nothing can be kept in ${folder} (${code}): ${remedy}set STATE_FOLDER to a folder of your own.`);
}

const start = 'start as the project\'s owner, or ';
const remedies: Record<string, string> = { EACCES: start, EPERM: start, ENOSPC: 'make room there, or ' };
