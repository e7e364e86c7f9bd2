/* npm run db:setup: prepares the database behind DATABASE_ADMIN_URL. */
import { randomBytes } from 'node:crypto';
import { readArguments } from '../../arguments.ts';
import { readDatabaseEnv } from '../../env.ts';
import { Refusal, runProgram } from '../../refusal.ts';
import { serverLogin, setUpDatabase } from './setup.ts';

const about = `Prepares the database behind DATABASE_ADMIN_URL, which needs no superuser: schema, roles and grants. Without
DATABASE_URL it makes the server's password too and prints its address.`;

await runProgram(async () => {
  readArguments(about, 'npm run db:setup', {});
  const { databaseAdminUrl: adminUrl, databaseUrl: serverUrl } = readDatabaseEnv();
  if (!adminUrl) {
    throw new Refusal(
      'Set DATABASE_ADMIN_URL to a user of your PostgreSQL that may create roles; ' +
        'the embedded database needs no setup, npm start does it.',
    );
  }
  if (serverUrl) {
    await setUpDatabase(adminUrl, serverLogin(serverUrl));
    console.log(`The database is ready for ${serverLogin(serverUrl).role}. Next: npm run db:migrate`);
    return;
  }
  const password = randomBytes(24).toString('base64url');
  await setUpDatabase(adminUrl, { role: 'gatehouse_server', password });
  const url = new URL(adminUrl);
  Object.assign(url, { username: 'gatehouse_server', password });
  console.log('The database is ready. Next: npm run db:migrate, and give the server this address:');
  console.log(`DATABASE_URL=${url}`);
});
