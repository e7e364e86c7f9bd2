/* npm run bench: installs what only the bench needs when it is missing, then runs it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;
const lock = createHash('sha256').update(readFileSync(path.join(folder, 'package-lock.json'))).digest('hex');
const stamp = path.join(folder, 'node_modules', '.installed');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing the packages of the bench …');
  const { status } = spawnSync(
    'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm failed while installing the packages of the bench: see that the npm registry can be reached.');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
// Loaded only now, because it needs them.
await import('./bench.ts');
