/* npm run db:reset: throws all of Gatehouse's data away and makes the database anew. */
import { readArguments } from '../../arguments.ts';
import { readDatabaseEnv } from '../../env.ts';
import { Refusal, runProgram } from '../../refusal.ts';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';
import { findDatabase } from './open-database.ts';
import { jobSchemaName, schemaName } from './roles.ts';
import { serverLogin, setUpDatabase } from './setup.ts';

const about = 'Throws all of Gatehouse\'s data away and makes the database anew; never with NODE_ENV=production.';
const usage = 'npm run db:reset [-- --yes]  a database that is not the embedded one needs --yes';

await runProgram(async () => {
  const { values } = readArguments(about, usage, { options: { yes: { type: 'boolean' } } });
  const env = readDatabaseEnv();
  if (env.isProduction) throw new Refusal('db:reset throws all data away, and does not run with NODE_ENV=production.');
  const database = await findDatabase(env, console.log);
  try {
    const { adminUrl } = database;
    if (!adminUrl) throw new Refusal('db:reset needs DATABASE_ADMIN_URL beside DATABASE_URL.');
    if (!database.isEmbedded && !values.yes) {
      throw new Refusal(
        `db:reset would throw away all of Gatehouse's data at ${new URL(adminUrl).host}: ` +
          'run npm run db:reset -- --yes if that is what you want.',
      );
    }
    const client = await connect(adminUrl, 'DATABASE_ADMIN_URL');
    try {
      await client.query(`drop schema if exists ${schemaName}, ${jobSchemaName} cascade`);
    } finally {
      await client.end();
    }
    await setUpDatabase(adminUrl, serverLogin(database.url));
    await migrate(adminUrl, console.log);
    console.log('The database is empty and migrated.');
  } finally {
    await database.close();
  }
});
