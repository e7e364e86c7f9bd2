/* npm run db:seed: the demo's two workspaces, into the database that the environment names. */
import { seedDemo } from '../../../prisma/seed.ts';
import { readArguments } from '../../arguments.ts';
import { readDatabaseEnv } from '../../env.ts';
import { Refusal, runProgram } from '../../refusal.ts';
import { openDatabase } from './open-database.ts';

await runProgram(async () => {
  readArguments('Fills the two workspaces of the demo, where they are not there yet.', 'npm run db:seed', {});
  const env = readDatabaseEnv();
  if (env.isProduction) throw new Refusal('The demo is never seeded with NODE_ENV=production.');
  const database = await openDatabase(env, console.log);
  try {
    await seedDemo(database.url, console.log, env.databasePooling);
    console.log('The demo is there.');
  } finally {
    await database.close();
  }
});
