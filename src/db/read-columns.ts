import type { RequestDatabase, Row } from './database.ts';
import type { Model } from './models.ts';
import { columnNamed } from './models.ts';
import type { Parameters, Predicate } from './predicate.ts';
import { Values, printSql } from './print-sql.ts';

/**
 * Columns of records that fulfil a condition, each only where its own holds, in one statement.
 *
 * @param columns by the names of the model, with the condition under which each is read
 * @returns by id; a column whose condition does not hold is absent, one that is empty is null
 */
export async function readColumns(
  database: RequestDatabase, workspaceId: string, model: Model, ids: readonly string[], where: Predicate,
  columns: ReadonlyMap<string, Predicate>, parameters: Parameters, signal?: AbortSignal,
): Promise<Map<string, Row>> {
  const values = new Values(parameters);
  const alias = values.alias();
  const parts = [...columns].map(([name, condition]) => (
    `case when ${printSql(condition, model, alias, values)}`
    + ` then jsonb_build_object('${name}', ${alias}.${columnNamed(model, name).column}) end`));
  const text = `select ${alias}.id, array_to_json(array[${parts.join(', ')}]::jsonb[]) as columns`
    + ` from ${model.table} ${alias} where ${alias}.workspace_id = ${values.add(workspaceId, 'uuid')}`
    + ` and ${alias}.id = any(${values.add(ids, 'uuid[]')})`
    + ` and ${printSql(where, model, alias, values)}`;
  const rows = await database.read(workspaceId, { text, values: values.list }, signal);
  return new Map(rows.map(({ id, columns: read }) => [
    id as string, Object.assign({}, ...(read as (object | null)[]).filter((each) => each !== null)) as Row]));
}
