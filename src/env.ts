import { BlockList, isIP } from 'node:net';
import path from 'node:path';
import type { z } from 'zod';
import { developmentSecret } from './development-secret.ts';
import { type Variable, variables } from './env-variables.ts';
import type { Recipient } from './mail/address.ts';
import { projectFolder } from './project.ts';
import { Refusal } from './refusal.ts';

type Name = keyof typeof variables;
type Values = { [N in Name]: z.output<(typeof variables)[N]['type']> | undefined };

export interface Env {
  isProduction: boolean;
  port: number;
  host: string;
  /** undefined in development: the address that the server turns out to listen on. */
  publicUrl: string | undefined;
  /** undefined: the embedded database. */
  databaseUrl: string | undefined;
  databaseAdminUrl: string | undefined;
  /** An absolute path; not yet there on the first start. */
  stateFolder: string;
  databasePooling: 'session' | 'transaction';
  databasePoolSize: number;
  cursorSecret: string;
  /** Whether the server runs jobs too. */
  isWorker: boolean;
  workerConcurrency: number;
  /** undefined: mails are caught and shown. */
  smtpUrl: string | undefined;
  mailFrom: Recipient;
  /** How long what has a time is kept. */
  retention: { mailDays: number; securityLogDays: number; deadJobDays: number; idempotencyKeyHours: number };
  /** undefined: only into the embedded database. */
  seedDemo: boolean | undefined;
  logLevel: string;
  corsOrigins: string[];
  persistedOnly: 'none' | 'cookie' | 'bearer' | 'all';
  costLimit: number;
  /** undefined: /metrics is open in development and closed in production. */
  metricsToken: string | undefined;
  trustedProxies: BlockList;
  attemptsPerNetwork: number;
  isSignUpOpen: boolean;
}

/**
 * Reads the environment, once. An empty variable counts as unset.
 *
 * @throws Refusal  one line for each variable that is wrong or missing, naming it
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const { values: env, problems } = readVariables(Object.keys(variables) as Name[], source);
  if (env.NODE_ENV === 'production') problems.push(...productionProblems(env, source));
  if (problems.length > 0) throw new Refusal(problems.join('\n'));

  const stateFolder = path.resolve(projectFolder, env.STATE_FOLDER!);
  return {
    isProduction: env.NODE_ENV === 'production',
    port: env.PORT!,
    host: env.HOST!,
    publicUrl: env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    databaseAdminUrl: env.DATABASE_ADMIN_URL,
    stateFolder,
    databasePooling: env.DATABASE_POOLING!,
    databasePoolSize: env.DATABASE_POOL_SIZE!,
    cursorSecret: env.CURSOR_SECRET ?? developmentSecret(stateFolder, 'cursor-secret'),
    isWorker: env.WORKER!,
    workerConcurrency: env.WORKER_CONCURRENCY!,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM!,
    retention: {
      mailDays: env.KEEP_MAILS_DAYS!,
      securityLogDays: env.KEEP_SECURITY_LOG_DAYS!,
      deadJobDays: env.KEEP_DEAD_JOBS_DAYS!,
      idempotencyKeyHours: env.KEEP_IDEMPOTENCY_KEYS_HOURS!,
    },
    seedDemo: env.SEED_DEMO,
    logLevel: env.LOG_LEVEL!,
    corsOrigins: env.CORS_ORIGINS!,
    persistedOnly: env.PERSISTED_ONLY!,
    costLimit: env.COST_LIMIT!,
    metricsToken: env.METRICS_TOKEN,
    trustedProxies: blockList(env.TRUSTED_PROXIES!),
    attemptsPerNetwork: env.ATTEMPTS_PER_NETWORK!,
    isSignUpOpen: env.SIGN_UP === 'open',
  };
}

/** What a command needs that works on the database and serves nobody. */
export type DatabaseEnv =
  Pick<Env, 'isProduction' | 'databaseUrl' | 'databaseAdminUrl' | 'stateFolder' | 'databasePooling'>;

/**
 * Reads of the environment where the database is; nothing else has to be right, or set.
 *
 * @throws Refusal  one line for each variable that is wrong, naming it
 */
export function readDatabaseEnv(source: NodeJS.ProcessEnv = process.env): DatabaseEnv {
  const names: Name[] = ['NODE_ENV', 'DATABASE_URL', 'DATABASE_ADMIN_URL', 'STATE_FOLDER', 'DATABASE_POOLING'];
  const { values: env, problems } = readVariables(names, source);
  if (problems.length > 0) throw new Refusal(problems.join('\n'));
  return {
    isProduction: env.NODE_ENV === 'production',
    databaseUrl: env.DATABASE_URL,
    databaseAdminUrl: env.DATABASE_ADMIN_URL,
    stateFolder: path.resolve(projectFolder, env.STATE_FOLDER!),
    databasePooling: env.DATABASE_POOLING!,
  };
}

function readVariables(names: Name[], source: NodeJS.ProcessEnv): { values: Values; problems: string[] } {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const { type, secret, default: fallback }: Variable<unknown> = variables[name];
    const text = source[name]?.trim() || fallback;
    if (text === undefined) continue;
    const result = type.safeParse(text);
    if (result.success) values[name] = result.data;
    else problems.push(`${name} ${result.error.issues[0]!.message}${secret ? '' : `, not "${text}"`}.`);
  }
  return { values: values as Values, problems };
}

function productionProblems(env: Values, source: NodeJS.ProcessEnv): string[] {
  const missing = (['DATABASE_URL', 'PUBLIC_URL', 'CURSOR_SECRET', 'SMTP_URL', 'MAIL_FROM'] as const)
    .filter((name) => !source[name]?.trim())
    .map((name) => `${name} must be set when NODE_ENV is production.`);
  const plain = env.PUBLIC_URL?.startsWith('http:')
    ? ['PUBLIC_URL must start with https when NODE_ENV is production.'] : [];
  const demo = env.SEED_DEMO ? ['SEED_DEMO must not be 1 when NODE_ENV is production.'] : [];
  return [...missing, ...plain, ...demo];
}

function blockList(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
