import type { Transaction } from './database.ts';
import { type Column, modelNamed } from './models.ts';
import type { Parameters, Predicate } from './predicate.ts';
import { Values, printSql } from './print-sql.ts';

/**
 * Records of a noun that has owners, as far as they fulfil a condition: their columns as Prisma would give them, and
 * their owners' teams. Until the transaction ends nobody else changes them; others can link to them meanwhile. Whoever
 * is about to change one waits here, and finds it changed.
 *
 * Raw because Prisma takes no locks. In the order of ids, so that two who lock several never wait for each other.
 *
 * @param omitted columns that are left out, by their names
 */
export async function lockedRows<R>(
  tx: Transaction, modelName: string, workspaceId: string, ids: readonly string[], where: Predicate,
  parameters: Parameters, omitted: Readonly<Record<string, boolean>>,
): Promise<(R & { owner: { teamId: string | null } | null })[]> {
  const model = modelNamed(modelName);
  const values = new Values(parameters);
  const alias = values.alias();
  const owner = values.alias();
  const columns = [...model.columns.values()].filter(({ name }) => !omitted[name]).map((each) => selected(each, alias));
  return tx.$queryRawUnsafe(
    `select ${columns.join(', ')},`
    + ` (select jsonb_build_object('teamId', ${owner}.team_id) from gatehouse.member ${owner}`
    + ` where ${owner}.workspace_id = ${alias}.workspace_id and ${owner}.id = ${alias}.owner_id) as owner`
    + ` from ${model.table} ${alias} where ${alias}.workspace_id = ${values.add(workspaceId, 'uuid')}`
    + ` and ${alias}.id = any(${values.add(ids, 'uuid[]')}) and ${printSql(where, model, alias, values)}`
    + ` order by ${alias}.id for no key update of ${alias}`,
    ...values.list,
  );
}

function selected({ name, column, type }: Column, alias: string): string {
  return `${alias}.${column}${type === 'enum' ? '::text' : ''} as "${name}"`;
}
