import { mkdirSync } from 'node:fs';
import { Refusal } from './refusal.ts';

/**
 * Makes the folder of what the embedded database and a server in development keep.
 *
 * @throws Refusal  it cannot be made, or is no folder
 */
export function makeStateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw unusableFolder(folder, error);
  }
}

export function unusableFolder(folder: string, error: unknown): Refusal {
  const { code } = error as NodeJS.ErrnoException;
  return new Refusal(`Nothing can be kept in ${folder} (${code}): `
    + 'start as the project\'s owner, or set STATE_FOLDER to a folder of your own.');
}
