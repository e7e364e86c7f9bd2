/*
 * npm start, npm run dev, and the built server: environment → database → demo → serve → wait for the end.
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readArguments } from './arguments.ts';
import { type OpenDatabase, openDatabase } from './db/setup/open-database.ts';
import { type Env, readEnv } from './env.ts';
import type { SignIn } from './http/graphiql.ts';
import { Refusal, runProgram } from './refusal.ts';
import { watchForStop } from './watch-for-stop.ts';
import { welcome } from './welcome.ts';

const about = `Starts Gatehouse and serves until Ctrl-C: without DATABASE_URL on an embedded PostgreSQL, with a demo.
Everything is set by environment variables, or in the file .env; docs/configuration.md lists them all. The usual ones:

  PORT          where it listens
  DATABASE_URL  your own PostgreSQL instead (README.md: one's own Postgres or Supabase)
  STATE_FOLDER  where the embedded database keeps its data`;

const say = (line: string) => console.error(line);

await runProgram(async () => {
  readArguments(about, 'PORT=4001 npm start', {});
  const stop = watchForStop();
  const env = readEnv();
  await waitForPort(env);
  const database = await openDatabase(env, say);
  try {
    const signIns = await demoFor(env, database);
    // Loaded only now, so that a start that cannot serve says so at once.
    const { serve } = await import('./server.ts');
    const server = await serve({ ...env, databaseUrl: database.url }, signIns);
    try {
      stop.up();
      if (!env.isProduction) console.log(welcome(server.url, signIns, env.smtpUrl !== undefined));
      await stop.asked;
      if (!env.isProduction) say('Stopping …');
    } finally {
      await server.close();
    }
  } finally {
    await database.close();
  }
});

/**
 * Seeds the demo where there is one, and says who can sign in to it. Neither the demo's code nor its people are even
 * loaded in production.
 */
async function demoFor(env: Env, database: OpenDatabase): Promise<readonly SignIn[]> {
  if (env.isProduction || !(env.seedDemo ?? database.isEmbedded)) return [];
  const { seedDemo } = await import('../prisma/seed.ts');
  const { demoSignIns } = await import('../prisma/demo/sign-ins.ts');
  await seedDemo(database.url, say, env.databasePooling);
  return demoSignIns;
}

/**
 * Looks whether the port is free before the longer work. A server that is just ending gets a moment to do so.
 *
 * @throws Refusal  it is taken, or not ours to take
 */
async function waitForPort({ host, port }: Env): Promise<void> {
  if (port === 0) return;
  for (let tries = 0; ; tries += 1) {
    const code = await tryPort(host, port);
    if (code === undefined) return;
    if (code === 'EADDRINUSE' && tries < 20) {
      await sleep(100);
      continue;
    }
    const advice = `set PORT to another, like PORT=${port + 1} npm start`;
    switch (code) {
      case 'EADDRINUSE':
        throw new Refusal(`Port ${port} is taken: end the program that listens there, or ${advice}.`);
      case 'EACCES':
        throw new Refusal(`Port ${port} may only be taken by an administrator: ${advice}.`);
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        throw new Refusal(`HOST=${host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them.`);
      default:
        throw new Refusal(`Cannot listen on ${host}:${port} (${code}): correct HOST or PORT.`);
    }
  }
}

function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}
