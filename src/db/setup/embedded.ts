import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync,
  truncateSync, writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../../refusal.ts';
import { makeStateFolder } from '../../state-folder.ts';
import { endUnkeptServer, isRunning, joinKeeper, startKeeper, type Keeper } from './postgres-keeper.ts';
import { findLaunch, findPostgres, type Launch, type PostgresProgram } from './postgres-program.ts';
import { whileLocked } from './processes.ts';

export interface EmbeddedDatabase {
  /** A role that may create roles and databases, but is no superuser: what a hosted PostgreSQL gives its customers. */
  adminUrl: string;
  /** The server's role. It exists once `setUpDatabase` ran. */
  serverUrl: string;
  /** Lets go of it. It ends with its last user; then this waits for its end. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Everything lives below it: the data, the log, and the passwords, readable by us alone. */
  folder: string;
  say: (line: string) => void;
  /** Further settings of the server, as in postgresql.conf. */
  settings?: Record<string, string>;
}

/** What must be remembered from one start to the next. */
interface Memory {
  port: number;
  superuserPassword: string;
  adminPassword: string;
  serverPassword: string;
}

const databaseName = 'gatehouse';

/**
 * Opens the embedded PostgreSQL of a folder: makes it at the first time, starts it, or joins the one that runs.
 *
 * @throws Refusal  the folder is half-finished, belongs to somebody else, or is of another PostgreSQL version
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const folder = makeFolder(options.folder);
  const dataFolder = path.join(folder, 'postgres');
  const program = findPostgres(options.say);
  const tellWait = (pid: number) => options.say(`Waiting for process ${pid}, which is starting the same database …`);
  return whileLocked(path.join(folder, 'starting'), tellWait, async () => {
    const files = { folder, dataFolder, memory: path.join(folder, 'database.json') };
    const memory = await makeData(program, files, options.say);
    const joined = joinKeeper(dataFolder);
    if (joined && (await answersOrEnds(dataFolder, memory))) return connection(memory, joined);
    await joined?.release();
    await endUnkeptServer(dataFolder);
    if (!(await portIsFree(memory.port))) remember(files.memory, Object.assign(memory, { port: await freePort() }));
    const keeper = await startKeeper(program, findLaunch(program, dataFolder), {
      dataFolder, logFile: emptyLog(folder), settings: { ...settingsFor(memory), ...options.settings },
    }, () => accepts(memory));
    try {
      await makeDatabase(memory);
      return connection(memory, keeper);
    } catch (error) {
      await keeper.release();
      throw error;
    }
  });
}

/** A server in use may be busy, or just ending: only one that is gone may be started anew. */
async function answersOrEnds(dataFolder: string, memory: Memory): Promise<boolean> {
  for (const limit = Date.now() + 30_000; Date.now() < limit; await sleep(50)) {
    if (await accepts(memory)) return true;
    if (!isRunning(dataFolder)) return false;
  }
  throw new Refusal(
    `The embedded database in ${dataFolder} runs but does not answer: end what uses it, and try again.`);
}

function makeFolder(folder: string): string {
  const absolute = path.resolve(folder);
  makeStateFolder(absolute);
  const owner = statSync(absolute).uid;
  if (process.getuid && owner !== process.getuid()) {
    throw new Refusal(`${absolute} belongs to another user (${owner}): start as that user, or remove the folder.`);
  }
  // Open to be entered, whatever the umask: the server may be another user.
  chmodSync(absolute, 0o755);
  return absolute;
}

interface Files {
  folder: string;
  dataFolder: string;
  /** Where `Memory` is kept, readable by us alone. */
  memory: string;
}

/**
 * Creates the data, or reads what is remembered of it. The data folder gets its name when it is finished: so one that
 * was interrupted is never mistaken for it, whoever still writes to it.
 */
async function makeData(program: PostgresProgram, files: Files, say: (line: string) => void): Promise<Memory> {
  if (existsSync(files.dataFolder)) return readMemory(program, files);

  const unfinished = readdirSync(files.folder).filter((name) => name.startsWith('unfinished-'));
  if (unfinished.length > 0) say('The last start was interrupted while it made the database: making it again.');
  else say('Making the embedded database …');
  for (const name of unfinished) removeFolder(path.join(files.folder, name));

  const making = mkdtempSync(path.join(files.folder, 'unfinished-'));
  const password = () => randomBytes(24).toString('base64url');
  const memory: Memory = {
    port: await freePort(), superuserPassword: password(), adminPassword: password(), serverPassword: password(),
  };
  const passwordFile = path.join(files.folder, 'password');
  writeFileSync(passwordFile, `${memory.superuserPassword}\n`, { mode: 0o600 });
  if (program.user) for (const file of [making, passwordFile]) chownSync(file, program.user.uid, program.user.gid);
  try {
    await initialise(program, findLaunch(program, making), making, passwordFile);
  } finally {
    rmSync(passwordFile);
  }
  remember(files.memory, memory);
  renameSync(making, files.dataFolder);
  return memory;
}

/** What an initdb that was left alone still writes to is removed by the next start. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

function readMemory(program: PostgresProgram, files: Files): Memory {
  const anew = `remove ${files.folder} to start anew (its data is lost)`;
  const versionFile = path.join(files.dataFolder, 'PG_VERSION');
  if (!existsSync(versionFile) || !existsSync(files.memory)) {
    throw new Refusal(`The embedded database in ${files.folder} is incomplete: put back what is missing, or ${anew}.`);
  }
  const major = Number.parseInt(readFileSync(versionFile, 'utf8'), 10);
  if (major !== program.major) {
    throw new Refusal(
      `The embedded database in ${files.folder} is of PostgreSQL ${major}, this Gatehouse brings ${program.major}: ` +
        `save it with that version's pg_dump, or ${anew}.`,
    );
  }
  try {
    return JSON.parse(readFileSync(files.memory, 'utf8')) as Memory;
  } catch {
    throw new Refusal(`${files.memory} cannot be read, and with it the embedded database's passwords: ${anew}.`);
  }
}

function remember(file: string, memory: Memory): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function initialise(
  program: PostgresProgram, launch: Launch, dataFolder: string, passwordFile: string,
): Promise<void> {
  const flags = [
    '-D', dataFolder, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
    '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', `--lc-ctype=${utf8Locale()}`,
    '--no-sync', '--no-instructions',
  ];
  const command = [...launch.prefix, program.initdb, ...flags];
  const child = spawn(command[0]!, command.slice(1), {
    ...launch.identity, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endTogether = () => child.kill();
  process.once('exit', endTogether);
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  process.off('exit', endTogether);
  if (code === 0) return;
  const reason = /(?:error|FATAL): +(.+)/.exec(complaints)?.[1] ?? complaints.trim().split('\n').at(-1);
  throw new Refusal(`The embedded database could not be made (initdb: ${reason}): see that ${dataFolder} has room.`);
}

/** Trigrams of names beyond ASCII need a character type that knows letters. "C", which exists everywhere, does not. */
function utf8Locale(): string {
  return os.platform() === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
}

function settingsFor(memory: Memory): Record<string, string> {
  return {
    port: String(memory.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
  };
}

function emptyLog(folder: string): string {
  const log = path.join(folder, 'postgres.log');
  try {
    if (existsSync(log)) truncateSync(log);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`The embedded database cannot write its log to ${log} (${code}): remove what is there.`);
  }
  return log;
}

const superuser = (memory: Memory) => ({
  host: '127.0.0.1', port: memory.port, user: 'postgres', password: memory.superuserPassword, database: 'postgres',
});

async function accepts(memory: Memory): Promise<boolean> {
  const client = new pg.Client({ ...superuser(memory), connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** The administrator and the empty database, where an earlier start did not get that far. */
async function makeDatabase(memory: Memory): Promise<void> {
  const client = new pg.Client(superuser(memory));
  await client.connect();
  try {
    const known = async (query: string) => (await client.query(query)).rowCount !== 0;
    if (!(await known(`select from pg_roles where rolname = 'gatehouse_admin'`))) {
      await client.query(`create role gatehouse_admin login createrole createdb password '${memory.adminPassword}'`);
    }
    // Dropping a database may have to end the connections of others to it.
    await client.query('grant pg_signal_backend to gatehouse_admin');
    if (!(await known(`select from pg_database where datname = '${databaseName}'`))) {
      await client.query(`create database ${databaseName} owner gatehouse_admin`);
    }
  } finally {
    await client.end();
  }
}

function connection(memory: Memory, keeper: Keeper): EmbeddedDatabase {
  const url = (role: string, password: string) =>
    `postgresql://${role}:${password}@127.0.0.1:${memory.port}/${databaseName}`;
  return {
    adminUrl: url('gatehouse_admin', memory.adminPassword),
    serverUrl: url('gatehouse_server', memory.serverPassword),
    stop: () => keeper.release(),
  };
}

async function portIsFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Refusal('This machine has no free port on 127.0.0.1 for the embedded database.');
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
