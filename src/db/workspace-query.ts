import pg from 'pg';

/** Sets the workspace for the transaction, and lets nothing be written in it. */
const enter = {
  name: 'enter_workspace',
  text: `select set_config('gatehouse.workspace_id', $1, true), set_config('transaction_read_only', 'on', true)`,
};
/** The same, and looks up who a session stands for. */
const enterLookingUp = {
  name: 'enter_looking_up',
  text: `${enter.text}, gatehouse.principal_of_session($2::text, null, $3::text, $4::uuid[])`,
};

/** A session to look up on the way into a workspace, and what is remembered of it. */
export type LookUp = {
  tokenHash: string; stamp: string; teamChainIds: readonly string[];
  /** Told before the statement's own answer, which may be an error. */
  answered(text: string | null): void;
};

/** Prepares a connection for `queryWorkspace`, once. Not where a pooler hands out connections per transaction. */
export async function prepareEntering(client: pg.ClientBase): Promise<void> {
  await client.query({ ...enter, values: [''] });
  await client.query({ ...enterLookingUp, values: ['', '', null, null] });
}

/**
 * Runs a statement in a workspace. What is sent before a Sync is one transaction to PostgreSQL: the workspace is set
 * and the statement run in it, and both end together, without a statement that begins and one that ends.
 *
 * @param named whether the connection was prepared, and statements may be
 */
export function queryWorkspace(
  client: pg.ClientBase, workspaceId: string, statement: { text: string; name?: string; values: readonly unknown[] },
  named: boolean, lookUp?: LookUp,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const config = { ...statement, queryMode: 'extended', values: [...statement.values] };
    const settle: Callback = (error, result) => (error ? reject(error) : resolve(result));
    client.query(new WorkspaceQuery(config, settle, workspaceId, named, lookUp));
  });
}

/** How many statements a query of pg's stands for: one, except here. What prepares a connection is nobody's. */
export function statementsIn(query: unknown): number {
  if (query instanceof WorkspaceQuery) return 2;
  const { name } = (query ?? {}) as { name?: string };
  return name === enter.name || name === enterLookingUp.name ? 0 : 1;
}

// What pg 8 calls on a query that is none of its types' business. A subclass is what it lets through in pipelines.
type Wire = {
  parse(message: { text: string }): void;
  bind(message: { statement: string; values: string[] }): void;
  execute(message: object): void;
};
type Callback = (error: Error | undefined, result: pg.QueryResult) => void;
type PgQuery = {
  submit(connection: unknown): void;
  prepare(connection: Wire): void;
  handleDataRow(row: { fields: (string | null)[] }): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
};
const PgQuery = pg.Query as unknown as new (config: object, callback: Callback) => PgQuery;

class WorkspaceQuery extends PgQuery {
  readonly #workspaceId: string;
  readonly #named: boolean;
  readonly #lookUp: LookUp | undefined;
  /** Until then what PostgreSQL answers is about the workspace and who asks. */
  #hasEntered = false;

  constructor(config: object, callback: Callback, workspaceId: string, named: boolean, lookUp?: LookUp) {
    super(config, callback);
    this.#workspaceId = workspaceId;
    this.#named = named;
    this.#lookUp = lookUp;
  }

  override prepare(connection: Wire): void {
    const { name, text } = this.#lookUp ? enterLookingUp : enter;
    const values = [this.#workspaceId];
    if (this.#lookUp) {
      const { tokenHash, stamp, teamChainIds } = this.#lookUp;
      values.push(tokenHash, stamp, `{${teamChainIds.join()}}`);
    }
    if (!this.#named) connection.parse({ text });
    connection.bind({ statement: this.#named ? name : '', values });
    connection.execute({});
    super.prepare(connection);
  }

  override handleDataRow(row: { fields: (string | null)[] }): void {
    if (this.#hasEntered) super.handleDataRow(row);
    else this.#lookUp?.answered(row.fields[2]!);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#hasEntered) super.handleCommandComplete(message, connection);
    this.#hasEntered = true;
  }
}
