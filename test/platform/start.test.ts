import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../../src/project.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';

const stateFolder = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-start-'));
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

interface Start {
  child: ChildProcess;
  /** Everything printed so far, or in all once it ended. */
  output(): string;
  /** Resolves with the address once the server is up; rejects when it ends instead. */
  address: Promise<string>;
  ended: Promise<number | null>;
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(environment: NodeJS.ProcessEnv, program = 'src/start.ts'): Start {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [program], {
    cwd: projectFolder, env: { PATH, HOME, PORT: '0', STATE_FOLDER: stateFolder, LOG_LEVEL: 'silent', ...environment },
  });
  started.push(child);
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /Gatehouse is running.*?(http:\S+)\/graphql/.exec(output)?.[1];
        if (found) resolve(found);
      });
    }
    void ended.then((code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
  address.catch(() => {});
  return { child, output: () => output, address, ended };
}

/** What a start says that does not come up: one sentence, no stack, and not 0. */
async function refusal(environment: NodeJS.ProcessEnv): Promise<string> {
  const { ended, output } = start(environment);
  expect(await ended).toBe(1);
  expect(output()).not.toMatch(/^\s+at /m);
  expect(output().trim().split('\n')).toHaveLength(1);
  return output().trim();
}

describe('a start that cannot serve says why in one sentence', () => {
  let database: TestDatabase;
  let empty: TestDatabase;
  beforeAll(async () => {
    [database, empty] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
  });
  afterAll(() => Promise.all([database.drop(), empty.drop()]));

  test('the port is taken', async () => {
    const { server, port } = await listen();
    expect(await refusal({ PORT: String(port), DATABASE_URL: database.url })).toBe(
      `Port ${port} is taken: end the program that listens there, ` +
        `or set PORT to another, like PORT=${port + 1} npm start.`);
    server.close();
  });

  test('the address is none of this machine', async () => {
    expect(await refusal({ HOST: '203.0.113.7', DATABASE_URL: database.url, PORT: '4999' })).toBe(
      'HOST=203.0.113.7 is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them.');
  });

  test('the database does not answer', async () => {
    expect(await refusal({ DATABASE_URL: 'postgresql://u:geheim@127.0.0.1:1/crm' })).toBe(
      'No database answers at 127.0.0.1:1/crm: start it, or correct DATABASE_URL.');
  });

  test('the password is wrong', async () => {
    const url = Object.assign(new URL(database.url), { password: 'geheim' }).href;
    expect(await refusal({ DATABASE_URL: url })).toMatch(
      /^The database at \S+ refuses the user or password in DATABASE_URL/);
  });

  test('the database is too old', async () => {
    const { server, port } = await listen(speakLikePostgres14);
    expect(await refusal({ DATABASE_URL: `postgresql://u@127.0.0.1:${port}/crm` })).toBe(
      'The database is PostgreSQL 14; Gatehouse needs 15 or newer.');
    server.close();
  });

  test('the database was never migrated', async () => {
    expect(await refusal({ DATABASE_URL: empty.url })).toBe(
      'The database was never migrated: run npm run db:migrate with DATABASE_ADMIN_URL set.');
  });

  test('the role could bypass the walls', async () => {
    expect(await refusal({ DATABASE_URL: database.adminUrl })).toBe(
      'The database role "gatehouse_admin" has CREATEROLE and could bypass the walls between workspaces: ' +
        'give DATABASE_URL a role of its own, which npm run db:setup prepares.');
  });

  test('a migration is missing', async () => {
    const owner = new pg.Client({ connectionString: database.adminUrl });
    await owner.connect();
    await owner.query(`begin; set local role gatehouse_owner;
      update gatehouse._prisma_migrations set migration_name = 'other' where migration_name like '%_walls'; commit`);
    await owner.end();
    expect(await refusal({ DATABASE_URL: database.url })).toMatch(
      /^The database lacks the migration \d+_walls: run npm run db:migrate/);
  });

  test('the data folder is half-finished', async () => {
    const folder = path.join(stateFolder, 'half');
    mkdirSync(path.join(folder, 'postgres'), { recursive: true });
    writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '18\n');
    expect(await refusal({ STATE_FOLDER: folder })).toBe(
      `The embedded database in ${folder} is incomplete: put back what is missing, ` +
        `or remove ${folder} to start anew (its data is lost).`);
  });

  test.runIf(existsSync('/proc/self'))('no folder can be made where STATE_FOLDER is', async () => {
    for (const folder of ['/proc/gatehouse', '/proc/gatehouse/deeper']) {
      expect(await refusal({ STATE_FOLDER: folder })).toBe(
        `Nothing can be kept in ${folder} (ENOENT): set STATE_FOLDER to a folder of your own.`);
    }
  });

  test('production lacks its secrets', async () => {
    const { ended, output } = start({ NODE_ENV: 'production', DATABASE_URL: database.url, CURSOR_SECRET: 'short' });
    expect(await ended).toBe(1);
    expect(output().trim().split('\n')).toEqual([
      'CURSOR_SECRET must have at least 32 bytes.', 'PUBLIC_URL must be set when NODE_ENV is production.',
      'SMTP_URL must be set when NODE_ENV is production.', 'MAIL_FROM must be set when NODE_ENV is production.',
    ]);
  });
});

describe('a start with the embedded database', () => {
  test('two at once come up with one demo, end with SIGTERM, come up after kill -9', { timeout: 120_000 }, async () => {
    const [first, beside] = [start({}), start({})];
    const url = await first.address;
    expect(first.output()).toContain('viewer@demo.test');
    expect((await fetch(`${await beside.address}/readyz`)).status).toBe(200);
    beside.child.kill('SIGTERM');
    expect(await beside.ended).toBe(0);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = start({});
    await second.address;
    expect(second.output()).not.toContain('Filling the workspace');
    second.child.kill('SIGKILL');
    await second.ended;

    const third = start({});
    expect((await fetch(`${await third.address}/readyz`)).status).toBe(200);
    third.child.kill('SIGINT');
    expect(await third.ended).toBe(0);
  });

  test('ends together with npm start, even when that is killed', async () => {
    const launched = start({}, 'scripts/start.mjs');
    const url = await launched.address;
    const processFile = path.join(stateFolder, 'postgres', 'postmaster.pid');
    expect(existsSync(processFile)).toBe(true);
    launched.child.kill('SIGKILL');
    await expect.poll(() => existsSync(processFile), { timeout: 10_000 }).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
  });
});

function listen(onConnection?: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer(onConnection);
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

/** Lets everybody in, and answers any query with one row that says 140019. */
function speakLikePostgres14(socket: Socket): void {
  const message = (type: string, body: Buffer) =>
    Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
  const int32 = (n: number) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
  const text = '140019';
  const ready = message('Z', Buffer.from('I'));
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', int32(0)), ready]));
    socket.on('data', () => socket.write(Buffer.concat([
      message('T', Buffer.concat([Buffer.from([0, 1]), Buffer.from('server_version_num\0'),
        int32(0), Buffer.from([0, 0]), int32(25), Buffer.from([255, 255]), int32(-1), Buffer.from([0, 0])])),
      message('D', Buffer.concat([Buffer.from([0, 1]), int32(text.length), Buffer.from(text)])),
      message('C', Buffer.from('SHOW\0')),
      ready,
    ])));
  });
}
