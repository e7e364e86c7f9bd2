import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** The server's role: under the walls, owner of nothing. */
  url: string;
  /** An administrator that may create roles and may act as the owner, but is no superuser. */
  adminUrl: string;
  drop(): Promise<void>;
}

/** A migrated, empty database of its own for one test file: a clone of the template, made in about 50 ms. */
export async function createTestDatabase(template = inject('database').template): Promise<TestDatabase> {
  const database = await create(template);
  // What was set for roles in the template does not come along with a clone.
  await administer(inject('database').adminUrl, ['gatehouse_server', 'gatehouse_owner'].map((role) =>
    `alter role ${role} in database ${database.name} set search_path = gatehouse`));
  return database;
}

/** The same with its administrator's connection, for tests that look at the catalogue. */
export async function openTestDatabase(): Promise<{ client: pg.Client; close(): Promise<void> }> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  return {
    client,
    async close() {
      await client.end();
      await database.drop();
    },
  };
}

/** A copy of a test database as it is now; nobody may be connected to it meanwhile. */
export async function copyTestDatabase(database: TestDatabase): Promise<TestDatabase> {
  return createTestDatabase(new URL(database.url).pathname.slice(1));
}

/** A database without anything of ours, for tests of the setup itself. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template0');
}

async function create(template: string): Promise<TestDatabase & { name: string }> {
  const { adminUrl, serverUrl } = inject('database');
  // The true time, whatever the test makes of Date: what looks old is dropped by the next run.
  const now = Math.round(performance.timeOrigin + performance.now());
  const name = `test_${now}_${randomBytes(4).toString('hex')}`;
  await administer(adminUrl, [`create database ${name} template ${template}`]);
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  return {
    name,
    url: at(serverUrl),
    adminUrl: at(adminUrl),
    drop: () => dropDatabase(adminUrl, name),
  };
}

/** Whoever is still connected is cut off; only autovacuum, which is the superuser's, has to be waited for. */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  for (let attempts = 20; ; attempts -= 1) {
    try {
      return await administer(adminUrl, [`drop database if exists ${name} with (force)`]);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501' || attempts === 0) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 250); });
    }
  }
}

async function administer(adminUrl: string, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
