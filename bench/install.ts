import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Installs a folder's packages, unless they are there as its lock file has them. */
export function installOnce(folder: string): void {
  const lock = createHash('sha256').update(readFileSync(path.join(folder, 'package-lock.json'))).digest('hex');
  const stamp = path.join(folder, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error(`Installing the packages of ${path.relative(process.cwd(), folder) || 'the bench'} …`);
  const { status } = spawnSync(
    'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm failed while installing the packages of the bench: see that the npm registry can be reached.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
