import pg from 'pg';

/** Sets the workspace for the transaction, and lets nothing be written in it. */
const enterText = `select set_config('gatehouse.workspace_id', $1, true),
  set_config('transaction_read_only', 'on', true)`;
const enterName = 'enter_workspace';

/** Prepares a connection for `queryWorkspace`, once. Not where a pooler hands out connections per transaction. */
export async function prepareEntering(client: pg.ClientBase): Promise<void> {
  await client.query({ text: enterText, name: enterName, values: [''] });
}

/**
 * Runs a statement in a workspace. What is sent before a Sync is one transaction to PostgreSQL: the workspace is set
 * and the statement run in it, and both end together, without a statement that begins and one that ends.
 *
 * @param named whether the connection was prepared, and statements may be
 */
export function queryWorkspace(
  client: pg.ClientBase, workspaceId: string, statement: { text: string; name?: string; values: readonly unknown[] },
  named: boolean,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const config = { ...statement, queryMode: 'extended', values: [...statement.values] };
    const settle: Callback = (error, result) => (error ? reject(error) : resolve(result));
    client.query(new WorkspaceQuery(config, settle, workspaceId, named));
  });
}

/** How many statements a query of pg's stands for: one, except here. What prepares a connection is nobody's. */
export function statementsIn(query: unknown): number {
  if (query instanceof WorkspaceQuery) return 2;
  return (query as { name?: string } | undefined)?.name === enterName ? 0 : 1;
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
  handleDataRow(row: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
};
const PgQuery = pg.Query as unknown as new (config: object, callback: Callback) => PgQuery;

class WorkspaceQuery extends PgQuery {
  readonly #workspaceId: string;
  readonly #named: boolean;
  /** Until then what PostgreSQL answers is about the workspace. */
  #hasEntered = false;

  constructor(config: object, callback: Callback, workspaceId: string, named: boolean) {
    super(config, callback);
    this.#workspaceId = workspaceId;
    this.#named = named;
  }

  override prepare(connection: Wire): void {
    if (!this.#named) connection.parse({ text: enterText });
    connection.bind({ statement: this.#named ? enterName : '', values: [this.#workspaceId] });
    connection.execute({});
    super.prepare(connection);
  }

  override handleDataRow(row: unknown): void {
    if (this.#hasEntered) super.handleDataRow(row);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#hasEntered) super.handleCommandComplete(message, connection);
    this.#hasEntered = true;
  }
}
