/* npm run <command>: the project's programs by the name that package.json gives them. */
import { launch } from './launch.mjs';
import { giveUp, NotReady } from './ready.mjs';

const programs = {
  bench: ['bench/main.ts'],
  build: ['scripts/build.ts'],
  check: ['scripts/check.ts'],
  dev: ['scripts/dev.ts'],
  generate: ['scripts/generate.ts'],
  'db:setup': ['src/db/setup/run-setup.ts'],
  'db:migrate': ['src/db/setup/run-migrate.ts'],
  'db:reset': ['src/db/setup/run-reset.ts'],
  'db:seed': ['src/db/setup/run-seed.ts'],
  'docs:erd': ['scripts/generate.ts', 'docs/er-diagram.md'],
  'docs:permissions': ['scripts/generate.ts', 'docs/permissions.md'],
  import: ['src/cli/import.ts'],
  'operations:add': ['src/cli/operations-add.ts'],
  upkeep: ['src/cli/upkeep.ts'],
  worker: ['src/worker.ts'],
  'workspace:create': ['src/cli/workspace-create.ts'],
  'workspace:delete': ['src/cli/workspace-delete.ts'],
};

const [command = '', ...args] = process.argv.slice(2);
const program = programs[command];
if (!program) giveUp(new NotReady(`There is no command "${command}": npm run lists them.`));
launch([...program, ...args]).then((code) => process.exit(code), giveUp);
