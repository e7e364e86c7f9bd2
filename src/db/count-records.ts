import type { OwnedNoun } from '../auth/nouns.ts';
import { typeNameOf } from '../type-name.ts';
import type { Transaction } from './database.ts';
import { modelNamed } from './models.ts';
import type { Parameters, Predicate } from './predicate.ts';
import { Values, printSql } from './print-sql.ts';

/** How many records of each noun fulfil a condition, in one statement. @returns counts in the order asked */
export async function countsOf(
  tx: Transaction, workspaceId: string, asked: readonly { noun: OwnedNoun; where: Predicate }[], parameters: Parameters,
): Promise<number[]> {
  const values = new Values(parameters);
  const workspace = values.add(workspaceId, 'uuid');
  const counts = asked.map(({ noun, where }, at) => {
    const model = modelNamed(typeNameOf(noun));
    const alias = values.alias();
    return `(select count(*) from ${model.table} ${alias} where ${alias}.workspace_id = ${workspace}`
      + ` and ${printSql(where, model, alias, values)})::int as c${at}`;
  });
  const [row] = await tx.$queryRawUnsafe<Record<string, number>[]>(`select ${counts.join(', ')}`, ...values.list);
  return asked.map((_each, at) => row![`c${at}`]!);
}
