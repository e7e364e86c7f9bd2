import { existsSync } from 'node:fs';
import path from 'node:path';

function nearestFolderWith(name: string, from: string): string {
  if (existsSync(path.join(from, name))) return from;
  const parent = path.dirname(from);
  if (parent === from) throw new Error(`No ${name} in or above ${import.meta.dirname}`);
  return nearestFolderWith(name, parent);
}

/** The folder with package.json; the same one from the sources and from dist/. */
export const projectFolder = nearestFolderWith('package.json', import.meta.dirname);
