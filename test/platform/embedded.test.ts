import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openEmbedded, type EmbeddedDatabase } from '../../src/db/setup/embedded.ts';
import { projectFolder } from '../../src/project.ts';

// One database for all of these: making it is the slow part.
const folder = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-embedded-'));
let lines: string[] = [];
beforeEach(() => {
  lines = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openEmbedded({ folder, say: (line) => lines.push(line), settings: { fsync: 'off' } });

async function ask(database: EmbeddedDatabase, query: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query(query);
  await client.end();
  return rows[0];
}

const processFile = () => path.join(folder, 'postgres', 'postmaster.pid');
const serverPid = () => Number.parseInt(readFileSync(processFile(), 'utf8'), 10);

async function ended(): Promise<boolean> {
  for (let tries = 0; existsSync(processFile()); tries += 1) {
    if (tries === 100) return false;
    await sleep(50);
  }
  return true;
}

/** Another process that opens the same database and keeps it. */
async function openElsewhere() {
  const program = `
    import { openEmbedded } from ${JSON.stringify(path.join(projectFolder, 'src/db/setup/embedded.ts'))};
    await openEmbedded({ folder: ${JSON.stringify(folder)}, say: () => {}, settings: { fsync: 'off' } });
    console.log('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

test('three processes at once make one database', async () => {
  const all = await Promise.all([openElsewhere(), openElsewhere(), openElsewhere()]);
  const database = await open();
  expect(lines).toEqual([]);
  for (const child of all) child.kill('SIGKILL');
  expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  await database.stop();
  expect(existsSync(processFile())).toBe(false);
});

test('it keeps its data from one start to the next', async () => {
  const first = await open();
  await ask(first, 'create table kept (n int)');
  await ask(first, 'insert into kept values (7)');
  await first.stop();
  expect(existsSync(processFile())).toBe(false);
  const second = await open();
  expect(await ask(second, 'select n from kept')).toEqual({ n: 7 });
  expect(second.adminUrl).toBe(first.adminUrl);
  await second.stop();
});

test('names beyond ASCII have trigrams, and text is UTF-8', async () => {
  const database = await open();
  expect(await ask(database, `select current_setting('server_encoding') as encoding, lower('ÄÖ') as lower`))
    .toEqual({ encoding: 'UTF8', lower: 'äö' });
  await ask(database, 'create extension pg_trgm');
  expect(await ask(database, `select cardinality(show_trgm('Łódź')) as n`)).toEqual({ n: 5 });
  await database.stop();
});

test('its administrator is no superuser, and its passwords are readable by us alone', async () => {
  const database = await open();
  expect(await ask(database, `select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user`))
    .toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: true });
  await database.stop();
  expect(statSync(path.join(folder, 'database.json')).mode & 0o077).toBe(0);
});

test('its administrator can drop a database that others are connected to', async () => {
  const database = await open();
  await ask(database, 'create role somebody login');
  await ask(database, `alter role somebody password 'secret'`);
  await ask(database, 'create database used');
  const place = { username: 'somebody', password: 'secret', pathname: '/used' };
  const other = new pg.Client({ connectionString: Object.assign(new URL(database.adminUrl), place).href });
  other.on('error', () => {});
  await other.connect();
  await ask(database, 'drop database used with (force)');
  await database.stop();
});

test('it goes on while one of two processes still uses it, and ends with the last', async () => {
  const [here, elsewhere] = [await open(), await openElsewhere()];
  await here.stop();
  expect(existsSync(processFile())).toBe(true);
  elsewhere.kill('SIGKILL');
  expect(await ended()).toBe(true);
});

test('after kill -9 of its only user it ends by itself, and the next start works', async () => {
  (await openElsewhere()).kill('SIGKILL');
  expect(await ended()).toBe(true);
  const database = await open();
  expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  await database.stop();
});

test('after kill -9 of PostgreSQL itself the next start recovers', async () => {
  const killed = await open();
  await ask(killed, 'create table left_behind ()');
  process.kill(serverPid(), 'SIGKILL');
  await sleep(200);
  const database = await open();
  expect(await ask(database, 'select count(*)::int as n from left_behind')).toEqual({ n: 0 });
  await Promise.all([database.stop(), killed.stop()]);
  expect(existsSync(processFile())).toBe(false);
});

test('a taken port is changed for another', async () => {
  const first = await open();
  const port = Number(new URL(first.adminUrl).port);
  await first.stop();
  const thief = createServer().listen(port, '127.0.0.1');
  const second = await open();
  expect(Number(new URL(second.adminUrl).port)).not.toBe(port);
  await second.stop();
  thief.close();
});

/** Takes a file away until the returned function is called. */
function takeAway(...file: string[]): () => void {
  const place = path.join(folder, ...file);
  renameSync(place, `${folder}.away`);
  return () => renameSync(`${folder}.away`, place);
}

test.each([
  ['with data but without its passwords', () => takeAway('database.json'),
    /^The embedded database in .* is incomplete: put back what is missing, or remove .* to start anew/],
  ['without its version', () => takeAway('postgres', 'PG_VERSION'), /is incomplete/],
  ['of another version', () => {
    const file = path.join(folder, 'postgres', 'PG_VERSION');
    writeFileSync(file, '14\n');
    return () => writeFileSync(file, '18\n');
  }, /is of PostgreSQL 14, this Gatehouse brings 18: save it with that version's pg_dump, or remove/],
  ['with a damaged file', () => takeAway('postgres', 'global', 'pg_control'),
    /^The embedded PostgreSQL did not start \(.*\): see .*postgres\.log\.$/],
])('a folder %s is refused in one sentence, and works again when that is mended', async (_, damage, sentence) => {
  const mend = damage();
  await expect(open()).rejects.toThrow(sentence);
  mend();
  await (await open()).stop();
});

test('a database whose making was interrupted is made again', async () => {
  rmSync(path.join(folder, 'postgres'), { recursive: true });
  mkdirSync(path.join(folder, 'unfinished-abc', 'base'), { recursive: true });
  const database = await open();
  expect(lines).toEqual(['The last start was interrupted while it made the database: making it again.']);
  expect(existsSync(path.join(folder, 'unfinished-abc'))).toBe(false);
  await database.stop();
});
