/* npm run build: the server as JavaScript in dist/, for production. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../src/project.ts';

const at = (...parts: string[]) => path.join(projectFolder, ...parts);

rmSync(at('dist'), { recursive: true, force: true });
const compiler = [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.build.json')];
const { status } = spawnSync(process.execPath, compiler, { cwd: projectFolder, stdio: 'inherit' });
if (status === 0) {
  // What the compiler leaves where it is: pages, texts, lists.
  cpSync(at('src'), at('dist', 'src'), { recursive: true, filter: (file) => !/\.ts$|made-from$/.test(file) });
  console.log('Built dist/. It runs with: node dist/src/start.js');
}
process.exitCode = status ?? 1;
