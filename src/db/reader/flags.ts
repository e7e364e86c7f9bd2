import type { RequestDatabase } from '../database.ts';
import { type Model } from '../models.ts';
import { type Parameters, type Predicate } from '../predicate.ts';
import { Values, printSql } from '../print-sql.ts';

/**
 * Which of these conditions hold for each of these records, in one statement.
 *
 * @param conditions at most some hundred: each is a column of the answer
 * @returns places of the conditions that hold, by record; records that are absent are absent here too
 */
export async function readFlags(
  database: RequestDatabase, workspaceId: string, model: Model, ids: readonly string[],
  conditions: readonly Predicate[], parameters: Parameters, signal?: AbortSignal,
): Promise<Map<string, ReadonlySet<number>>> {
  const values = new Values(parameters);
  const alias = values.alias();
  const flags = conditions.map((each, at) => `(${printSql(each, model, alias, values)}) is true as f${at}`);
  const text =
    `select ${[`${alias}.id`, ...flags].join(', ')} from ${model.table} ${alias}` +
    ` where ${alias}.workspace_id = ${values.add(workspaceId, 'uuid')} ` +
    `and ${alias}.id = any(${values.add(ids, 'uuid[]')})`;
  const rows = await database.read(workspaceId, { text, values: values.list }, signal);
  return new Map(rows.map((row) => [
    row.id as string, new Set([...conditions.keys()].filter((at) => row[`f${at}`] === true)),
  ]));
}
