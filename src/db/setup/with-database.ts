import { Database } from '../database.ts';
import { openDatabase } from './open-database.ts';
import type { DatabaseEnv } from '../../env.ts';

/**
 * Opens the database that the environment names for as long as a program works on it. What is said on the way goes to
 * stderr, so that a script finds the program's answer alone.
 */
export async function withDatabase<T>(
  env: DatabaseEnv, poolSize: number, work: (database: Database) => Promise<T>,
): Promise<T> {
  const opened = await openDatabase(env, console.error);
  const database = new Database({
    url: opened.url, pooling: env.databasePooling, poolSize, onConnectionError: () => {},
  });
  try {
    return await work(database);
  } finally {
    await database.close();
    await opened.close();
  }
}
