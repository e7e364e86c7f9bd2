import type { NewRows } from '../db/insert-rows.ts';
import type { UserError } from './errors.ts';

/**
 * A change that was made. `before` and `after` hold the fields that the audit compares; absent on create and delete.
 */
export type Done = {
  kind: 'done';
  recordId: string;
  version: number;
  before?: Readonly<Record<string, unknown>>;
  after?: Readonly<Record<string, unknown>>;
  /** Why a rule was bypassed. */
  reason?: string;
  /** What the ledger keeps of it, where the record has entered a stage. */
  entry?: NewRows['StageChange'];
  /** What the command tells besides the record; a replay under the same key has none. */
  report?: unknown;
};
type Refused = { kind: 'refused'; errors: readonly UserError[] };
/** There was nothing to do: the record is already as the input wants it, or it was a trial. Leaves no trace. */
type Unchanged = { kind: 'unchanged'; recordId: string; report?: unknown };
export type Outcome = Done | Refused | Unchanged;

export function done(recordId: string, version: number, rest: Omit<Done, 'kind' | 'recordId' | 'version'> = {}): Done {
  return { kind: 'done', recordId, version, ...rest };
}

export function unchanged(recordId: string, report?: unknown): Unchanged {
  return { kind: 'unchanged', recordId, report };
}

export function refused(...errors: UserError[]): Refused {
  return { kind: 'refused', errors };
}
