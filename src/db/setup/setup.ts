import pg from 'pg';
import { Refusal } from '../../refusal.ts';
import { connect } from './connect.ts';
import {
  appRole, asOwner, definerRoles, jobSchemaName, makeRoles, makeServerRole, ownerRole, schemaName,
} from './roles.ts';

/** Extensions that PostgreSQL lets an ordinary administrator install. */
export const extensions = ['pg_trgm', 'unaccent', 'btree_gin'];

/** On Supabase everybody who calls the project's REST address acts as one of these. */
const webRoles = ['anon', 'authenticated'];

const name = pg.escapeIdentifier;

export interface ServerLogin {
  role: string;
  /** undefined leaves the role's password as it is. */
  password: string | undefined;
}

/**
 * The role that a server's address signs in with. Supabase's pooler wants `role.project`: the role is its first part.
 */
export function serverLogin(url: string): ServerLogin {
  const { username, password, hostname } = new URL(url);
  const user = decodeURIComponent(username);
  const role = hostname.endsWith('.pooler.supabase.com') ? user.replace(/\.[^.]*$/, '') : user;
  return { role, password: password ? decodeURIComponent(password) : undefined };
}

/**
 * Prepares a database for Gatehouse: schema, roles, extensions, the collation of text orders. Needs no superuser,
 * only a user that may create roles and may create in this database. Run again, it changes nothing but the password.
 *
 * @throws Refusal  one sentence on what stands in the way
 */
export async function setUpDatabase(adminUrl: string, server: ServerLogin): Promise<void> {
  const client = await connect(adminUrl, 'DATABASE_ADMIN_URL');
  try {
    await checkAdministrator(client);
    await client.query('begin');
    // Two at once would both find a role missing and both create it.
    await client.query(`select pg_advisory_xact_lock(hashtext('gatehouse setup'))`);
    await makeRoles(client);
    await makeServerRole(client, server.role, server.password);
    await makeSchemas(client);
    const places = await installExtensions(client);
    const path = [schemaName, ...places.filter((place) => place !== schemaName)].map(name).join(', ');
    const { rows } = await client.query<{ db: string }>('select current_database() as db');
    for (const role of [server.role, ownerRole]) {
      await client.query(`alter role ${name(role)} in database ${name(rows[0]!.db)} set search_path = ${path}`);
    }
    await client.query('commit');
  } catch (error) {
    throw refusalFor(error);
  } finally {
    await client.end();
  }
}

async function checkAdministrator(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ role: string; is_able: boolean }>(
    `select rolname as role, rolsuper or
       (rolcreaterole and has_database_privilege(current_database(), 'CREATE')) as is_able
       from pg_roles where rolname = current_user`);
  const { role, is_able: isAble } = rows[0]!;
  if (isAble) return;
  throw new Refusal(
    `DATABASE_ADMIN_URL's user "${role}" must be able to create roles (\`alter role ${role} createrole\`) ` +
      'and to create in this database (`grant create on database`).',
  );
}

/** Makes the schemas, the collation, and the rights to them. */
export async function makeSchemas(client: pg.Client): Promise<void> {
  await makeSchema(client, schemaName);
  await makeSchema(client, jobSchemaName);
  await asOwner(client, async () => {
    // New functions can be called by everybody unless this says otherwise.
    await client.query('alter default privileges revoke execute on functions from public');
    await client.query(`grant usage on schema ${schemaName} to ${[appRole, ...definerRoles].join(', ')}`);
    await client.query(`grant usage on schema ${jobSchemaName} to ${appRole}`);
    // A function's new owner must be able to create in its schema.
    await client.query(`grant create on schema ${schemaName} to ${definerRoles.join(', ')}`);
    await client.query(
      `create collation if not exists ${schemaName}.text_order
         (provider = icu, locale = 'und-u-ks-level2', deterministic = true)`);
  });
}

/** One schema of the owner's that nobody else may look into. */
async function makeSchema(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ owner: string }>(
    'select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = $1', [schema]);
  const owner = rows[0]?.owner;
  if (owner === undefined) await client.query(`create schema ${schema} authorization ${ownerRole}`);
  if (owner !== undefined && owner !== ownerRole) {
    throw new Refusal(
      `This database has a schema "${schema}" of ${owner}: rename it, or give it away with ` +
        `\`alter schema ${schema} owner to ${ownerRole}\`.`,
    );
  }
  const present = await client.query<{ role: string }>(
    'select rolname as role from pg_roles where rolname = any($1)', [webRoles]);
  const outsiders = ['public', ...present.rows.map(({ role }) => name(role))].join(', ');
  await asOwner(client, async () => {
    for (const kind of ['schema', 'all tables in schema', 'all sequences in schema', 'all functions in schema']) {
      await client.query(`revoke all on ${kind} ${schema} from ${outsiders}`);
    }
  });
}

/** @returns the schemas in which the extensions are, some of which may have been installed by others */
async function installExtensions(client: pg.Client): Promise<string[]> {
  const places: string[] = [];
  for (const extension of extensions) {
    const find = () => client.query<{ place: string }>(
      `select nspname as place from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
         where extname = $1`, [extension]);
    let found = (await find()).rows[0]?.place;
    if (found === undefined) {
      await client.query(`create extension ${extension} schema ${schemaName}`);
      found = schemaName;
    } else if (found !== schemaName) {
      await grantUsage(client, found, extension);
    }
    places.push(found);
  }
  return [...new Set(places)];
}

/** An extension that others installed may be in a schema that our roles cannot look into. */
async function grantUsage(client: pg.Client, place: string, extension: string): Promise<void> {
  const roles = [appRole, ownerRole, ...definerRoles];
  const { rows } = await client.query<{ may_use: boolean; may_grant: boolean }>(
    `select bool_and(has_schema_privilege(role, $1, 'USAGE')) as may_use,
       has_schema_privilege($1, 'USAGE WITH GRANT OPTION') as may_grant from unnest($2::text[]) role`,
    [place, roles]);
  const { may_use: mayUse, may_grant: mayGrant } = rows[0]!;
  if (mayUse) return;
  const grant = `grant usage on schema ${name(place)} to ${roles.join(', ')}`;
  if (!mayGrant) {
    throw new Refusal(
      `${extension} is installed in the schema "${place}": let its owner run \`${grant}\`, then try again.`);
  }
  await client.query(grant);
}

function refusalFor(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const reason = error.message;
  switch (error.code) {
    case '42501':
      return new Refusal(`DATABASE_ADMIN_URL's user may not do what the setup needs: ${reason}.`);
    case '0A000':
    case '58P01':
    case '22023':
      return new Refusal(
        `This PostgreSQL lacks something that Gatehouse needs (${reason}): ` +
          `it must be built with ICU and have the extensions ${extensions.join(', ')} (Debian: postgresql-contrib).`,
      );
    default:
      return error;
  }
}
