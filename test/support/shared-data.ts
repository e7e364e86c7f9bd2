import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../src/project.ts';

/** Public data sets that lie beside the repository on some machines. Tests that need them skip, by name, elsewhere. */
const sharedDataFolder = path.resolve(projectFolder, '../shared/data');
export const hasSharedData = existsSync(sharedDataFolder);

export function sharedData(...parts: string[]): string {
  return path.join(sharedDataFolder, ...parts);
}
