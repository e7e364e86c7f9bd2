/* npm run check: everything besides the tests that a change must pass. All of it runs, so that all of it is told. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../src/project.ts';

const checks: { what: string; command: string[] }[] = [
  { what: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  // The bench has packages of its own, which are there once it has run.
  ...(existsSync(path.join(projectFolder, 'bench', 'node_modules')) ? [
    { what: 'types of the bench', command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'bench'] },
    { what: 'types of its peers', command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'bench/peers'] },
  ] : []),
  { what: 'generated files', command: ['scripts/generate.ts', '--check'] },
  { what: 'line lengths', command: ['scripts/line-lengths.ts'] },
];

let failed = 0;
for (const { what, command } of checks) {
  const start = Date.now();
  const flags = ['--disable-warning=ExperimentalWarning'];
  const { status } = spawnSync(process.execPath, [...flags, ...command], { cwd: projectFolder, stdio: 'inherit' });
  console.log(`${status === 0 ? 'passed' : 'FAILED'}  ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
