import type { DatabaseEnv } from '../../env.ts';
import { connect } from './connect.ts';

/**
 * Runs `work` while no other process does work of this name on the same database. The turn ends with the process,
 * however that ends. A transaction that stays open holds it: poolers lend a connection for no longer.
 *
 * @param url  of the server's own role
 * @param onWait  called once when another process has its turn
 */
export async function inTurn<T>(
  { url, pooling }: { url: string; pooling: DatabaseEnv['databasePooling'] }, name: string, onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const client = await connect(url, 'DATABASE_URL', pooling);
  try {
    await client.query(`begin; set local statement_timeout = 0; set local lock_timeout = 0;
      set local idle_in_transaction_session_timeout = 0`);
    const turn = 'xact_lock(hashtext($1))';
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_${turn} as taken`, [name]);
    if (!rows[0]!.taken) {
      onWait();
      await client.query(`select pg_advisory_${turn}`, [name]);
    }
    return await work();
  } finally {
    await client.end();
  }
}
