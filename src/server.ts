import { createApp } from './app.ts';
import { loadBreachedPasswords } from './auth/breached-passwords.ts';
import { Database } from './db/database.ts';
import { checkServing } from './db/setup/open-database.ts';
import type { Env } from './env.ts';
import { listen } from './http/listen.ts';
import { createLog } from './http/logging.ts';
import type { SignIn } from './http/graphiql.ts';
import { startWorker } from './jobs/worker.ts';
import { createMailer } from './mail/create-mailer.ts';
import { schema } from './schema/index.ts';
import { visibleSchema } from './schema/visible-schema.ts';
import { servicesOn } from './services/services.ts';

export type RunningServer = {
  /** Where it listens, without a path. */
  url: string;
  /** Finishes what runs, accepts nothing new, gives connections back. Takes up to thirty seconds. */
  close(): Promise<void>;
};

/**
 * Serves the API, and runs jobs unless the environment leaves them to others.
 *
 * @param env  with the address of a database that is ready (src/db/setup/open-database.ts)
 * @param signIns  offered as buttons by GraphiQL, where there is a demo
 * @throws Refusal  the database's role could bypass the walls, the database lacks a migration, its job queue is of
 *   another version, or the list of breached passwords is missing
 */
export async function serve(env: Env, signIns: readonly SignIn[] = []): Promise<RunningServer> {
  const log = createLog(env);
  loadBreachedPasswords();
  await checkServing(env.databaseUrl!, env.databasePooling);
  const database = new Database({
    url: env.databaseUrl!,
    pooling: env.databasePooling,
    poolSize: env.databasePoolSize,
    onConnectionError: (error) => log.warn({ err: error }, 'database connection lost'),
  });
  const services = servicesOn(database, env);
  const app = createApp({
    env, services, schema, log, signIns,
    introspectionSchema: (principal) => visibleSchema(schema, principal?.profile ?? null),
  });
  const { url, close } = await listen(app, { ...env, noticeMilliseconds: env.isProduction ? 3_000 : 0 });
  log.info({ url }, 'listening');
  const mailer = createMailer({ ...env, publicUrl: env.publicUrl ?? url });
  const worker = env.isWorker ? await startWorker({ env, log, mailer }).catch(async (error: unknown) => {
    await close();
    throw error;
  }) : null;
  // One promise that nobody waited for is a bug, but no reason to hang up on everybody.
  const onUnhandledRejection = (error: unknown) => log.error({ err: error }, 'unhandled rejection');
  process.on('unhandledRejection', onUnhandledRejection);
  return {
    url,
    async close() {
      process.off('unhandledRejection', onUnhandledRejection);
      await Promise.all([close(), worker?.stop()]);
      await database.close();
    },
  };
}
