import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeStateFolder, unusableFolder } from './state-folder.ts';

/** A secret that is made once and kept beside the embedded database, so that a restart does not change it. */
export function developmentSecret(stateFolder: string, name: string): string {
  const file = path.join(stateFolder, name);
  makeStateFolder(stateFolder);
  try {
    if (!existsSync(file)) writeFirst(file, randomBytes(32).toString('base64url'));
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unusableFolder(stateFolder, error);
  }
}

/** It appears whole or not at all; of two processes at once the second finds the first one's. */
function writeFirst(file: string, text: string): void {
  const written = `${file}.${process.pid}`;
  try {
    writeFileSync(written, text, { mode: 0o600 });
    linkSync(written, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(written, { force: true });
  }
}
