import type { Transaction } from './database.ts';
import { type Column, modelNamed } from './models.ts';
import type { Parameters, Predicate } from './predicate.ts';
import { Values, printSql } from './print-sql.ts';

/**
 * Records of a noun that has owners, as far as they fulfil a condition: their columns as Prisma would give them, and
 * their owners' teams.
 *
 * Raw because it is one statement, where Prisma asks for the owners after the records; moving is the write that people
 * wait for most often.
 *
 * @param omitted columns that are left out, by their names
 */
export async function rowsOf<R>(
  tx: Transaction, modelName: string, workspaceId: string, ids: readonly string[], where: Predicate,
  parameters: Parameters, omitted: Readonly<Record<string, boolean>>,
): Promise<(R & { owner: { teamId: string | null } | null })[]> {
  const model = modelNamed(modelName);
  const values = new Values(parameters);
  const alias = values.alias();
  const owner = values.alias();
  const columns = [...model.columns.values()].filter(({ name }) => !omitted[name]).map((each) => selected(each, alias));
  return tx.$queryRawUnsafe(
    `select ${columns.join(', ')}, (select jsonb_build_object('teamId', ${owner}.team_id) from gatehouse.member ${owner}`
    + ` where ${owner}.workspace_id = ${alias}.workspace_id and ${owner}.id = ${alias}.owner_id) as owner`
    + ` from ${model.table} ${alias} where ${alias}.workspace_id = ${values.add(workspaceId, 'uuid')}`
    + ` and ${alias}.id = any(${values.add(ids, 'uuid[]')}) and ${printSql(where, model, alias, values)}`,
    ...values.list,
  );
}

function selected({ name, column, type }: Column, alias: string): string {
  return `${alias}.${column}${type === 'enum' ? '::text' : ''} as "${name}"`;
}
