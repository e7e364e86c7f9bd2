import pg from 'pg';
import type { DatabaseEnv } from '../../env.ts';
import { Refusal } from '../../refusal.ts';

/** The oldest PostgreSQL with everything the walls need (`security_invoker`, `nulls not distinct`). */
const oldestVersion = 15;

/**
 * Opens one connection for administrative work and looks at what it found.
 *
 * @param variable  the environment variable that the address came from, for the sentence when it does not work
 * @param pooling  `transaction` where the connection may be lent for each transaction anew
 * @throws Refusal  unreachable, refused, too old, or behind a pooler that does not do
 */
export async function connect(
  url: string, variable: string, pooling: DatabaseEnv['databasePooling'] = 'session',
): Promise<pg.Client> {
  const client = await openClient(url).catch((error: unknown) => {
    throw new Refusal(whyNoConnection(error, url, variable));
  });
  try {
    await checkVersion(client);
    if (pooling === 'session' && await isLentPerTransaction(client, url)) throw new Refusal(wrongPooling(variable));
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'gatehouse',
  });
  // A connection that breaks while idle would otherwise end the process; the next query reports it.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Two open connections have one process of PostgreSQL between them only behind a pooler that lends it to either. */
async function isLentPerTransaction(client: pg.Client, url: string): Promise<boolean> {
  const processOf = async (of: pg.Client) =>
    (await of.query<{ id: number }>('select pg_backend_pid() as id')).rows[0]!.id;
  let other: pg.Client | undefined;
  try {
    other = await openClient(url);
    return await processOf(client) === await processOf(other);
  } catch {
    // There may be no second connection to have.
    return false;
  } finally {
    await other?.end().catch(() => undefined);
  }
}

function wrongPooling(variable: string): string {
  const behind = `${variable} goes through a pooler that lends connections for a transaction each`;
  return variable === 'DATABASE_URL' ? `${behind}: set DATABASE_POOLING=transaction.`
    : `${behind}: give it the direct address, or one that keeps the connection (Supabase: port 5432).`;
}

/** @throws Refusal  the server is older than PostgreSQL 15 */
async function checkVersion(client: Pick<pg.Client, 'query'>): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (version < oldestVersion) {
    throw new Refusal(`The database is PostgreSQL ${version}; Gatehouse needs ${oldestVersion} or newer.`);
  }
}

/** One sentence, without the password that stands in the address. */
function whyNoConnection(error: unknown, url: string, variable: string): string {
  const where = placeOf(url);
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case 'ECONNREFUSED':
      return `No database answers at ${where}: start it, or correct ${variable}.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The database's machine ${where} is not known: correct ${variable}.`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `The certificate of the database at ${where} is signed by nobody known here (${message}): ` +
        `name the file of its authority in ${variable}, …?sslmode=verify-full&sslrootcert=<file>.`;
    case '28P01':
    case '28000':
      if (/no encryption|SSL off/.test(message ?? '')) {
        return `The database at ${where} wants TLS: end ${variable} with ?sslmode=verify-full.`;
      }
      return `The database at ${where} refuses the user or password in ${variable}: ` +
        'correct it, or run npm run db:setup.';
    case '3D000':
      return `There is no such database at ${where}: create it, or correct ${variable}.`;
    case '53300':
      return `The database at ${where} has no connection left: raise its limit or lower DATABASE_POOL_SIZE.`;
    case '57P03':
      return `The database at ${where} is starting or ending: try again in a moment.`;
    default:
      return `The database at ${where} cannot be reached (${message || code || 'no answer'}): check ${variable}.`;
  }
}

function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
  } catch {
    return 'that address';
  }
}
