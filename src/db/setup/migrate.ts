import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Refusal } from '../../refusal.ts';
import { connect } from './connect.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { appRole, jobSchemaName, ownerRole, schemaName } from './roles.ts';
import { extensions } from './setup.ts';

/** The table of Prisma's own tools, so that they understand a database that we migrated. */
const historyTable = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0
  )`;

/*
 * Why not Prisma's engine, which is on npm too? Its adapter splits a script at every semicolon, those in function
 * bodies and texts included, and commits each piece: an interrupted migration stays half applied and blocks all others.
 */

/**
 * Applies the migrations that a database lacks, as the owner of the schema. Each is one transaction together with its
 * line in the history, so that an interrupted one leaves nothing. Of several processes at once, one does it.
 *
 * @returns the names of those applied just now
 * @throws Refusal  a migration failed, was changed after it was applied, or is unknown to this version
 */
export async function migrate(
  adminUrl: string, say: (line: string) => void, migrations: Migration[] = readMigrations(),
): Promise<string[]> {
  const client = await connect(adminUrl, 'DATABASE_ADMIN_URL');
  try {
    await client.query('set statement_timeout = 0');
    await takeTurn(client, say);
    await actAsOwner(client);
    // A migration that cannot get its lock must not make every request queue behind it.
    await client.query(`set lock_timeout = '5s'`);
    await client.query(historyTable);
    await client.query(`grant select on _prisma_migrations to ${appRole}`);
    const pending = await findPending(client, migrations);
    for (const migration of pending) {
      say(`Applying migration ${migration.name} …`);
      await apply(client, migration);
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function takeTurn(client: pg.Client, say: (line: string) => void): Promise<void> {
  const key = `hashtext('gatehouse migrations')`;
  const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${key}) as taken`);
  if (rows[0]!.taken) return;
  say('Another process is migrating this database: waiting for it …');
  await client.query(`select pg_advisory_lock(${key})`);
}

/**
 * Makes this connection the owner's, with names looked up in our schema and where the extensions are.
 *
 * @throws Refusal  the database was not set up
 */
export async function actAsOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ is_set_up: boolean; path: string }>(
    `select
       exists (select from pg_roles where rolname = $2)
         and (select count(*) = 2 from pg_namespace where nspname in ($1, $4)) as is_set_up,
       (select string_agg(distinct ', ' || quote_ident(nspname), '') from pg_extension
         join pg_namespace on pg_namespace.oid = extnamespace
         where extname = any($3) and nspname <> $1) as path`,
    [schemaName, ownerRole, extensions, jobSchemaName],
  );
  if (!rows[0]!.is_set_up) {
    throw new Refusal('This database has not been prepared for this Gatehouse: run npm run db:setup first.');
  }
  await client.query(`set role ${ownerRole}`);
  await client.query(`set search_path = ${schemaName}${rows[0]!.path ?? ''}`);
}

async function findPending(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null');
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { migration_name: name, checksum, finished_at: finishedAt } of rows) {
    const migration = byName.get(name);
    if (!migration) {
      throw new Refusal(`The database is newer than this Gatehouse (it has the migration ${name}): run the newer one.`);
    }
    if (migration.checksum !== checksum) {
      throw new Refusal(
        `The migration ${name} was changed after this database applied it: put it back and add a new one, ` +
          'or, where the data does not matter, run npm run db:reset.',
      );
    }
    if (finishedAt === null) {
      throw new Refusal(
        `Prisma's own tools left the migration ${name} half applied: end it with prisma migrate resolve.`);
    }
  }
  const applied = new Set(rows.map(({ migration_name: name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const record = () => client.query(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, clock_timestamp(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
  try {
    if (migration.standsAlone) {
      await client.query(migration.sql);
      await record();
      return;
    }
    await client.query('begin');
    await client.query(migration.sql);
    await record();
    await client.query('commit');
  } catch (error) {
    throw error instanceof pg.DatabaseError ? refusalFor(error, migration) : error;
  }
}

function refusalFor(error: pg.DatabaseError, { name, sql }: Migration): Refusal {
  if (error.code === '55P03') {
    return new Refusal(`The migration ${name} did not get its lock within 5 s, and changed nothing: try again later.`);
  }
  const line = error.position ? ` in line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
  const detail = [error.message, error.detail, error.where].filter(Boolean).join('; ').replaceAll('\n', ' ');
  return new Refusal(`The migration ${name} failed${line} and changed nothing: ${detail}.`);
}

/**
 * Checks, as the server's role, that a database has all migrations.
 *
 * @throws Refusal  it lacks one, or was never migrated
 */
export async function checkMigrated(client: Pick<pg.Client, 'query'>): Promise<void> {
  const lacking = await client
    .query<{ name: string }>(
      `select migration_name as name from ${schemaName}._prisma_migrations where finished_at is not null`)
    .then(({ rows }) => readMigrations().find(({ name }) => !rows.some((row) => row.name === name))?.name)
    .catch((error: pg.DatabaseError) => {
      if (['42P01', '3F000', '42501'].includes(error.code ?? '')) return 'any';
      throw error;
    });
  if (lacking === undefined) return;
  const what = lacking === 'any' ? 'was never migrated' : `lacks the migration ${lacking}`;
  throw new Refusal(`The database ${what}: run npm run db:migrate with DATABASE_ADMIN_URL set.`);
}
