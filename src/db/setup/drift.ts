import type pg from 'pg';
import { Refusal } from '../../refusal.ts';
import { type Catalogue, type Difference, compareCatalogues, readCatalogue } from './catalogue.ts';
import { connect } from './connect.ts';
import { actAsOwner } from './migrate.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { jobSchemaName, schemaName } from './roles.ts';
import { makeSchemas } from './setup.ts';

const schemas = [schemaName, jobSchemaName];
/** What a live schema is called while the expected one has its name. */
const aside = (schema: string) => `${schema}_live`;

/**
 * Finds what differs between a database and the one that its migrations make: structure, checks, functions, triggers,
 * policies and grants.
 *
 * @throws Refusal  a migration does not run on an empty schema
 */
export async function findDrift(adminUrl: string, migrations: Migration[] = readMigrations()): Promise<Difference[]> {
  const { live, made } = await makeAside(adminUrl, migrations);
  return compareCatalogues(live, made);
}

/**
 * Finds what `prisma/schema.prisma` asks for and a migrated database lacks. What only the migrations know (policies,
 * grants, checks, indexes of expressions) is no difference.
 *
 * @param schemaSql  the statements that make the Prisma schema in an empty database
 */
export async function findUnmigrated(adminUrl: string, schemaSql: string): Promise<Difference[]> {
  const { live, made } = await makeAside(adminUrl, [{ name: 'prisma/schema.prisma', sql: schemaSql }]);
  return compareCatalogues(live, made)
    .filter(({ object, is }) => is !== 'not from a migration' && /^(column|constraint|index|type) /.test(object));
}

/**
 * Runs scripts on empty schemas and reads what they make. This happens inside a transaction, under the schemas' own
 * names while the live ones stand aside, and is rolled back: so it needs no right to create databases, locks no live
 * table, and nobody else sees any of it.
 */
async function makeAside(
  adminUrl: string, scripts: { name: string; sql: string }[],
): Promise<{ live: Catalogue; made: Catalogue }> {
  const client = await connect(adminUrl, 'DATABASE_ADMIN_URL');
  try {
    await client.query(`set statement_timeout = 0; set lock_timeout = '5s'`);
    const live = await catalogueOf(client);
    await client.query('begin');
    for (const schema of schemas) await client.query(`alter schema ${schema} rename to ${aside(schema)}`);
    await makeSchemas(client);
    await actAsOwner(client);
    // Extensions cannot be in two places: they are found in the schema that stands aside, except by functions that fix
    // their own search path, whose bodies are therefore not tried.
    await client.query('set check_function_bodies = off');
    await client.query(
      `select set_config('search_path', current_setting('search_path') || ', ${aside(schemaName)}', false)`);
    for (const { name, sql } of scripts) {
      await client.query(sql.replaceAll(/\bconcurrently\b/gi, '')).catch((error: pg.DatabaseError) => {
        throw new Refusal(`The migration ${name} does not run on an empty schema: ${error.message}.`);
      });
    }
    return { live, made: await catalogueOf(client) };
  } finally {
    // Ends the transaction without a trace, also when the connection broke.
    await client.query('rollback').catch(() => {});
    await client.end();
  }
}

/** Read with a search path that makes PostgreSQL print the schemas' names everywhere. */
async function catalogueOf(client: pg.Client): Promise<Catalogue> {
  await client.query('set search_path = pg_catalog');
  const all: Catalogue = new Map();
  for (const schema of schemas) {
    // What is not in the main schema says where it is.
    const prefix = schema === schemaName ? '' : `${schema}: `;
    for (const [object, text] of await readCatalogue(client, schema)) {
      all.set(prefix + object, schemas.reduce((told, each) => told.replaceAll(`${aside(each)}.`, `${each}.`), text));
    }
  }
  return all;
}
