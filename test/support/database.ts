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
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, serverUrl, template } = inject('database');
  const database = `test_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await administer(adminUrl, [
    `create database ${database} template ${template}`,
    // What was set for roles in the template does not come along with a clone.
    ...['gatehouse_server', 'gatehouse_owner'].map((role) =>
      `alter role ${role} in database ${database} set search_path = gatehouse`),
  ]);
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  return {
    url: at(serverUrl),
    adminUrl: at(adminUrl),
    drop: () => administer(adminUrl, [`drop database if exists ${database} with (force)`]),
  };
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
