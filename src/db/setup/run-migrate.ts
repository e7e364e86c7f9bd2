/* npm run db:migrate: writes migrations, applies them, and reports what none made. */
import { readArguments } from '../../arguments.ts';
import { readDatabaseEnv } from '../../env.ts';
import { Refusal, runProgram } from '../../refusal.ts';
import { findDrift } from './drift.ts';
import { migrate } from './migrate.ts';
import { findDatabase, type OpenDatabase } from './open-database.ts';
import { serverLogin, setUpDatabase } from './setup.ts';

const about = 'Brings the database to what the migrations make, and reports what in it no migration made.';
const usage = `npm run db:migrate                    applies what is missing
npm run db:migrate -- --name purpose  writes a migration from the change of prisma/schema.prisma first
                      --create-only   … and leaves applying it for later
npm run db:migrate -- --adopt         the migrations were written by hand: they make prisma/schema.prisma as it is`;

await runProgram(async () => {
  const { values } = readArguments(about, usage, {
    options: { name: { type: 'string' }, 'create-only': { type: 'boolean' }, adopt: { type: 'boolean' } },
  });
  const database = await findDatabase(readDatabaseEnv(), console.log);
  try {
    const adminUrl = adminUrlOf(database);
    if (database.isEmbedded) await setUpDatabase(adminUrl, serverLogin(database.url));
    if (values.name !== undefined || values.adopt) {
      // Loaded only here: Prisma's engine is a development dependency.
      const { createMigration, rememberSchema } = await import('./create-migration.ts');
      if (values.adopt) rememberSchema();
      if (values.name !== undefined) {
        const { file, isComplete } = await createMigration(adminUrl, values.name);
        console.log(`Wrote ${file}.`);
        if (!isComplete) console.log('Write down its policies, grants and checks, then run npm run db:migrate.');
        if (!isComplete || values['create-only']) return 0;
      }
    }
    return await applyAndReport(adminUrl);
  } finally {
    await database.close();
  }
});

function adminUrlOf({ adminUrl }: OpenDatabase): string {
  if (adminUrl) return adminUrl;
  throw new Refusal('Migrations need DATABASE_ADMIN_URL beside DATABASE_URL: the server\'s own role owns nothing.');
}

async function applyAndReport(adminUrl: string): Promise<number> {
  const applied = await migrate(adminUrl, console.log);
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length}.`);
  const differences = await findDrift(adminUrl);
  if (differences.length === 0) return 0;
  console.error('The database differs from what its migrations make:');
  for (const { object, is } of differences) console.error(`  ${object}: ${is}`);
  console.error('Put these back, or write a migration that makes them.');
  return 1;
}
