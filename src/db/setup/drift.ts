import type pg from 'pg';
import { Refusal } from '../../refusal.ts';
import { type Catalogue, type Difference, compareCatalogues, readCatalogue } from './catalogue.ts';
import { connect } from './connect.ts';
import { actAsOwner } from './migrate.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { makeSchema } from './setup.ts';
import { schemaName } from './roles.ts';

/** What the live schema is called while the expected one has its name. */
const aside = `${schemaName}_live`;

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
 * Runs scripts on an empty schema and reads what they make. This happens inside a transaction, under the schema's own
 * name while the live schema stands aside, and is rolled back: so it needs no right to create databases, locks no live
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
    await client.query(`alter schema ${schemaName} rename to ${aside}`);
    await makeSchema(client);
    await actAsOwner(client);
    // Extensions cannot be in two places: they are found in the schema that stands aside, except by functions that fix
    // their own search path, whose bodies are therefore not tried.
    await client.query('set check_function_bodies = off');
    await client.query(`select set_config('search_path', current_setting('search_path') || ', ${aside}', false)`);
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

/** Read with a search path that makes PostgreSQL print the schema's name everywhere. */
async function catalogueOf(client: pg.Client): Promise<Catalogue> {
  await client.query('set search_path = pg_catalog');
  const catalogue = await readCatalogue(client, schemaName);
  return new Map([...catalogue].map(([object, text]) => [object, text.replaceAll(`${aside}.`, `${schemaName}.`)]));
}
