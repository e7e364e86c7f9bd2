import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.ts';

/** A secret that is made once and kept beside the embedded database, so that a restart does not change it. */
export function developmentSecret(stateFolder: string, name: string): string {
  const file = path.join(stateFolder, name);
  try {
    mkdirSync(stateFolder, { recursive: true, mode: 0o755 });
    // Of two processes at once the second finds the first one's.
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new Refusal(`Cannot write to ${stateFolder} (${code}): start as the project's owner.`);
  }
  return readFileSync(file, 'utf8');
}
