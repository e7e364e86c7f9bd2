import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { openEmbedded } from '../src/db/setup/embedded.ts';
import { migrate } from '../src/db/setup/migrate.ts';
import { serverLogin, setUpDatabase } from '../src/db/setup/setup.ts';
import { projectFolder } from '../src/project.ts';

/** A database filled with the bench's data, and whoever signs in to it. */
export type BenchDatabase = {
  name: string;
  deals: number;
  workspaces: number;
  /** By role: gatehouse_server, bench_gatehouse (its like), bench_floor, bench_postgraphile, bench_keystone. */
  urlOf(role: string): string;
  superuserUrl: string;
};

/** Somebody who asks. `manager` leads ten of forty members; `sharer` does too, and has shares besides. */
export type Person = { workspaceId: string; memberId: string; userId: string; teamIds: string[]; token: string };

export type Cluster = {
  fill(deals: number, workspaces: number): Promise<BenchDatabase>;
  stop(): Promise<void>;
};

const folder = path.join(projectFolder, '.gatehouse', 'bench');
const peerRoles = ['bench_floor', 'bench_postgraphile', 'bench_keystone'];
/** Nobody outside this machine reaches the database, and it holds made-up rows. */
const peerPassword = 'bench';
const say = (line: string) => console.error(line);
const sql = (name: string) => readFileSync(path.join(import.meta.dirname, 'data', name), 'utf8');

/**
 * Opens the bench's own embedded PostgreSQL, with room in memory for its data and a count of statements. Nobody's
 * statements are compiled to machine code, which is for long ones (Keystone's take several times as much with it);
 * otherwise peers have PostgreSQL's own settings, with which PostGraphile does best.
 */
export async function openCluster(): Promise<Cluster> {
  const embedded = await openEmbedded({
    folder, say,
    settings: {
      shared_buffers: '1GB', max_connections: '200', maintenance_work_mem: '256MB', max_wal_size: '4GB',
      jit: 'off', shared_preload_libraries: 'pg_stat_statements',
    },
  });
  const { superuserPassword, port } = JSON.parse(readFileSync(path.join(folder, 'database.json'), 'utf8')) as {
    superuserPassword: string; port: number;
  };
  const superuserUrl = (database: string) => `postgresql://postgres:${superuserPassword}@127.0.0.1:${port}/${database}`;

  await withClient(superuserUrl('postgres'), trackNothing);

  async function fill(deals: number, workspaces: number): Promise<BenchDatabase> {
    const name = `bench_${deals}_${workspaces}`;
    const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const database: BenchDatabase = {
      name, deals, workspaces, superuserUrl: superuserUrl(name),
      urlOf: (role) => (role === 'gatehouse_server' ? at(embedded.serverUrl)
        : `postgresql://${role}:${peerPassword}@127.0.0.1:${port}/${name}`),
    };
    const isThere = await isFilled(superuserUrl('postgres'), superuserUrl(name), name)
      && await isMigrated(at(embedded.adminUrl));
    if (!isThere) await make(database, at);
    await setUpDatabase(at(embedded.adminUrl), serverLogin(embedded.serverUrl));
    await setUpDatabase(at(embedded.adminUrl), { role: 'bench_gatehouse', password: peerPassword });
    return database;
  }

  async function make({ name, deals, workspaces }: BenchDatabase, at: (url: string) => string): Promise<void> {
    const start = Date.now();
    say(`Making ${deals.toLocaleString('en')} deals in ${workspaces} workspaces …`);
    await withClient(superuserUrl('postgres'), async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
      await client.query(`create database ${name} owner gatehouse_admin`);
    });
    await setUpDatabase(at(embedded.adminUrl), serverLogin(embedded.serverUrl));
    await migrate(at(embedded.adminUrl), () => {});
    await withClient(superuserUrl(name), (client) => fillDatabase(client, deals, workspaces));
    say(`… in ${Math.round((Date.now() - start) / 1000)} s.`);
  }

  return { fill, stop: () => embedded.stop() };
}

/** Statements are counted only while somebody looks (measure/backends.ts). */
async function trackNothing(client: pg.Client): Promise<void> {
  await client.query(`alter system set pg_stat_statements.track = 'none'`);
  await client.query('select pg_reload_conf()');
}

/** What the data is made by: another fingerprint, other data. */
function fingerprint(): string {
  return createHash('sha256').update(sql('fill.sql') + sql('peers.sql')).digest('hex');
}

/** Later migrations are applied to the data that is there; one that has changed since means other data. */
async function isMigrated(adminUrl: string): Promise<boolean> {
  try {
    await migrate(adminUrl, say);
    return true;
  } catch (error) {
    say(`${(error as Error).message}\nMaking the data anew.`);
    return false;
  }
}

async function isFilled(serverUrl: string, url: string, name: string): Promise<boolean> {
  const exists = await withClient(
    serverUrl, (client) => client.query('select from pg_database where datname = $1', [name]));
  if (exists.rowCount === 0) return false;
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(`select to_regclass('bench.filled') is not null as there`);
    if (!rows[0]!.there) return false;
    const found = await client.query('select from bench.filled where fingerprint = $1', [fingerprint()]);
    return found.rowCount === 1;
  });
}

async function fillDatabase(client: pg.Client, deals: number, workspaces: number): Promise<void> {
  await client.query('create schema bench');
  await client.query('create extension if not exists pg_stat_statements');
  for (const role of peerRoles) {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await client.query(`create role ${role} login password '${peerPassword}'`);
  }
  await client.query('set search_path = gatehouse');
  await client.query('set session_replication_role = replica');
  await client.query(
    `select set_config('bench.deals', $1, false), set_config('bench.workspaces', $2, false)`, [deals, workspaces]);
  await client.query(sql('fill.sql'));
  await client.query(sql('peers.sql'));
  for (const person of ['manager', 'sharer']) {
    await client.query(
      `insert into session (token_hash, user_id, workspace_id, expires_at)
         select $2, user_id, workspace_id, now() + interval '1000 days' from bench.person where name = $1`,
      [person, createHash('sha256').update(tokenOf(person)).digest('hex')]);
  }
  await client.query('reset session_replication_role');
  await client.query('vacuum (analyze)');
  await client.query('create table bench.filled as select $1::text as fingerprint', [fingerprint()]);
  await client.query('checkpoint');
}

export async function personNamed(database: BenchDatabase, name: 'manager' | 'sharer'): Promise<Person> {
  return withClient(database.superuserUrl, async (client) => {
    const { rows } = await client.query(
      `select workspace_id as "workspaceId", member_id as "memberId", user_id as "userId", team_ids as "teamIds"
         from bench.person where name = $1`, [name]);
    return { ...(rows[0] as Omit<Person, 'token'>), token: tokenOf(name) };
  });
}

/** In the form of the product's session tokens. */
function tokenOf(person: string): string {
  return `bench${person}`.padEnd(40, 'a');
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
