import type { Transaction } from './database.ts';

/** What was answered under a key before; `results` are those of a batch, and empty for a single input. */
type StoredAnswer = { inputHash: string; recordId: string | null; results: unknown[] };

/**
 * Undefined when the principal has sent no such key with this mutation.
 *
 * @param principal as idempotency rows name it
 */
export async function answerUnderKey(
  tx: Transaction, workspaceId: string, principal: string, { mutation, key }: { mutation: string; key: string },
): Promise<StoredAnswer | undefined> {
  const [stored] = await tx.$queryRaw<StoredAnswer[]>`
    select input_hash as "inputHash", record_id as "recordId", user_errors as results from gatehouse.idempotency_key
    where workspace_id = ${workspaceId}::uuid and principal = ${principal} and mutation = ${mutation} and key = ${key}`;
  return stored;
}
