import type { Transaction } from './database.ts';
import { columnNamed, modelNamed } from './models.ts';
import { Values, sqlType } from './print-sql.ts';

/**
 * Changes columns of a record that the transaction has locked (`lockedRows`), and raises its version. Sent without
 * waiting for the answer: nobody else can have changed or deleted it meanwhile.
 */
export function changeRow(
  tx: Transaction, modelName: string, workspaceId: string, id: string, columns: Readonly<Record<string, unknown>>,
): void {
  const model = modelNamed(modelName);
  const values = new Values();
  const set = Object.entries(columns).map(([name, value]) => {
    const column = columnNamed(model, name);
    return `${column.column} = ${values.add(value, sqlType(column))}`;
  });
  tx.$send({
    text: `update ${model.table} set ${set.join(', ')}, version = version + 1`
      + ` where workspace_id = ${values.add(workspaceId, 'uuid')} and id = ${values.add(id, 'uuid')}`,
    values: values.list,
  });
}
