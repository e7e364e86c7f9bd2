import type pg from 'pg';

export type Rows = <T = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<T[]>;

/** Looks at a workspace's tables past the API, and holds their rows, as their owner. */
export function lookingAt(tables: pg.Client, workspaceId: string) {
  async function rows<T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
    await tables.query(`select set_config('gatehouse.workspace_id', $1, false)`, [workspaceId]);
    return (await tables.query(text, values)).rows as T[];
  }

  function audited(recordId: string): Promise<{ by: string | null; did: string; fields: string[] }[]> {
    return rows(
      `select m.name as by, e.noun || '.' || e.verb as did, e.field_names as fields
         from audit_entry e left join member m
         on m.workspace_id = e.workspace_id and m.id = e.member_id where e.record_id = $1 order by e.id`,
      [localId(recordId)]);
  }

  async function someoneWaits(count = 1): Promise<void> {
    for (;;) {
      // Inside a transaction PostgreSQL shows who is there as it was when first asked.
      await rows('select pg_stat_clear_snapshot()');
      const waiting = await rows(
        `select from pg_locks l join pg_stat_activity a using (pid)
           where not l.granted and a.datname = current_database()`);
      if (waiting.length >= count) return;
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
  }

  async function racing<T>(table: string, id: string, ...sends: (() => Promise<T>)[]): Promise<T[]> {
    await rows('begin');
    await rows(`select from ${table} where id = $1 for update`, [localId(id)]);
    const sent = sends.map((send) => send());
    await someoneWaits(sends.length);
    await rows('commit');
    return Promise.all(sent);
  }

  return { rows, audited, someoneWaits, racing };
}

function localId(id: string): string {
  return id.replace(/^[a-zA-Z]+_/, '');
}
