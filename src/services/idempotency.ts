import { createHash } from 'node:crypto';
import type { Principal } from '../auth/principal.ts';
import type { Transaction } from '../db/database.ts';
import { answerUnderKey } from '../db/idempotency-keys.ts';
import { violatedConstraint } from '../db/violated-constraint.ts';
import type { CommandResult } from './command.ts';
import { type UserError, invalid, userError } from './errors.ts';
import { principalName } from './record-outcomes.ts';

/** What is kept of an answered mutation: the same key with the same input gets the same answer. */
export type IdempotencyKey = {
  key: string;
  mutation: string;
  inputHash: string;
  /** Of a batch: what became of each input. */
  results?: CommandResult[];
};

/** What a mutation is remembered by; nothing where the client sent no key. */
export function keyOf(key: string | null | undefined, mutation: string, input: unknown): IdempotencyKey | undefined {
  return key ? { key, mutation, inputHash: hashOf(input) } : undefined;
}

export function keyProblem(key: string | null | undefined): UserError | null {
  if (!key || key.length <= 255) return null;
  return invalid('idempotencyKey has at most 255 characters.', 'input', 'idempotencyKey');
}

/** The answers given to this key before; one refusal when it came with another input; null when it is new. */
export async function storedResults(
  tx: Transaction, principal: Principal, key: IdempotencyKey,
): Promise<CommandResult[] | null> {
  const stored = await answerUnderKey(tx, principal.workspace.id, principalName(principal), key);
  if (!stored) return null;
  if (stored.inputHash !== key.inputHash) return [{ recordId: null, userErrors: [reused] }];
  const results = stored.results as CommandResult[];
  return results.length > 0 ? results : [{ recordId: stored.recordId, userErrors: [] }];
}

const reused = userError(
  'IDEMPOTENCY_KEY_REUSED', 'This idempotencyKey came with another input before; take a new one.', 'input',
  'idempotencyKey',
);

/** Whether an error says that somebody else has stored the same idempotency key meanwhile. */
export function isTakenKey(error: unknown): boolean {
  return violatedConstraint(error) === 'idempotency_key_pkey';
}

/** Equal inputs have equal hashes, whatever the order of their fields. */
function hashOf(input: unknown): string {
  const canonical = JSON.stringify(input, (_name, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)) {
      return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
    }
    return value;
  });
  return createHash('sha256').update(canonical).digest('hex');
}
