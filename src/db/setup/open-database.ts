import type { DatabaseEnv } from '../../env.ts';
import { Refusal } from '../../refusal.ts';
import { checkServerRole } from './check-role.ts';
import { connect } from './connect.ts';
import { openEmbedded } from './embedded.ts';
import { checkMigrated, migrate } from './migrate.ts';
import { serverLogin, setUpDatabase } from './setup.ts';

export interface OpenDatabase {
  /** The server's role. */
  url: string;
  /** undefined where DATABASE_ADMIN_URL is not set. */
  adminUrl: string | undefined;
  isEmbedded: boolean;
  /** Ends the embedded database, unless another process uses it. */
  close(): Promise<void>;
}

/** Where the database is: DATABASE_URL and DATABASE_ADMIN_URL, or neither for the one embedded in the state folder. */
type DatabaseAddress = Pick<DatabaseEnv, 'databaseUrl' | 'databaseAdminUrl' | 'stateFolder' | 'databasePooling'>;

/**
 * Opens the database that the environment names, ready to serve: set up, migrated, and behind its walls.
 * The embedded one is made, set up and migrated here; another one is migrated where DATABASE_ADMIN_URL is set.
 *
 * @throws Refusal  one sentence on what is missing
 */
export async function openDatabase(env: DatabaseAddress, say: (line: string) => void): Promise<OpenDatabase> {
  const database = await findDatabase(env, say);
  try {
    if (database.isEmbedded) await setUpDatabase(database.adminUrl!, serverLogin(database.url));
    if (database.adminUrl) await migrate(database.adminUrl, say);
    await checkServing(database.url, env.databasePooling);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The same without setting up, migrating or checking: for the commands that do these themselves. */
export async function findDatabase(env: DatabaseAddress, say: (line: string) => void): Promise<OpenDatabase> {
  if (env.databaseUrl) {
    return {
      url: env.databaseUrl, adminUrl: env.databaseAdminUrl, isEmbedded: false, close: () => Promise.resolve(),
    };
  }
  if (env.databaseAdminUrl) {
    throw new Refusal(
      'DATABASE_ADMIN_URL is set without DATABASE_URL: set both, or neither for the embedded database.');
  }
  const embedded = await openEmbedded({ folder: env.stateFolder, say });
  return { url: embedded.serverUrl, adminUrl: embedded.adminUrl, isEmbedded: true, close: () => embedded.stop() };
}

/**
 * Checks that a server can serve from this address: reachable, new enough, behind the walls, migrated.
 *
 * @throws Refusal  the first of these that does not hold
 */
export async function checkServing(url: string, pooling: DatabaseEnv['databasePooling']): Promise<void> {
  const client = await connect(url, 'DATABASE_URL', pooling);
  try {
    await checkServerRole(client);
    await checkMigrated(client);
  } finally {
    await client.end();
  }
}
