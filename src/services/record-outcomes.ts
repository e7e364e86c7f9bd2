import { createHash, randomBytes } from 'node:crypto';
import type { Noun } from '../auth/nouns.ts';
import type { Principal } from '../auth/principal.ts';
import { insertPart } from '../db/insert-rows.ts';
import type { CommandContext } from './command-context.ts';
import type { IdempotencyKey } from './idempotency.ts';
import type { Done, Outcome } from './outcome.ts';

/** How a principal is named in audit and idempotency rows. */
export function principalName({ apiKey, memberId, job }: Principal): string {
  if (apiKey) return `apiKey:${apiKey.id}`;
  return memberId ? `member:${memberId}` : `system:${job}`;
}

/**
 * Writes audit entries with their values, outbox events, ledger rows and the idempotency key of what was done, in one
 * statement, without waiting for it.
 *
 * Raw because it is on every write's path: five inserts in the packet of whatever comes next.
 */
export function recordOutcomes(
  { tx, principal, services, now, noun, act }: CommandContext, outcomes: readonly Outcome[], key?: IdempotencyKey,
): void {
  const made = outcomes.filter((outcome): outcome is Done => outcome.kind === 'done');
  if (made.length === 0) return;
  const { entries, values } = auditOf(made, noun, services.newId);
  const keys = key ? [{
    key: key.key, mutation: key.mutation, input_hash: key.inputHash, record_id: made[0]!.recordId,
    user_errors: key.results ?? [],
  }] : [];
  tx.$send`
    with ${insertPart('entered', 'StageChange', made.flatMap(({ entry }) => entry ?? []))} entry as (
      select * from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as e(
        id uuid, event_id uuid, record_id uuid, reason text, field_names text[], record_version int)
    ), audited as (
      insert into gatehouse.audit_entry (
        workspace_id, id, at, member_id, principal, door, noun, verb, record_id, field_names, reason)
      select ${principal.workspace.id}::uuid, e.id, ${now}::timestamptz, ${principal.memberId}::uuid,
        ${principalName(principal)}, ${principal.door}::gatehouse.door, ${noun}, ${act},
        e.record_id, e.field_names, e.reason
      from entry e
    ), announced as (
      insert into gatehouse.outbox_event (
        workspace_id, id, type, noun, record_id, field_names, record_version, occurred_at)
      select ${principal.workspace.id}::uuid, e.event_id, ${`${noun}.${act}`}, ${noun}, e.record_id, e.field_names,
        e.record_version, ${now}::timestamptz from entry e
    ), remembered as (
      insert into gatehouse.idempotency_key (
        workspace_id, principal, mutation, key, input_hash, record_id, user_errors, created_at)
      select ${principal.workspace.id}::uuid, ${principalName(principal)}, k.mutation, k.key, k.input_hash,
        k.record_id, k.user_errors, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(
        mutation text, key text, input_hash text, record_id uuid, user_errors jsonb)
    )
    insert into gatehouse.audit_change (
      workspace_id, id, audit_entry_id, field_name, before, after, about_noun, about_id, digest, salt)
    select ${principal.workspace.id}::uuid, v.id, v.audit_entry_id, v.field_name, v.before, v.after, v.about_noun,
      v.about_id, v.digest, v.salt
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as v(
      id uuid, audit_entry_id uuid, field_name text, before jsonb, after jsonb, about_noun text, about_id uuid,
      digest text, salt text)`;
}

/** An entry for each change, and apart from it the values that it changed: who is erased takes these along. */
function auditOf(made: readonly Done[], noun: Noun, newId: () => string): { entries: object[]; values: object[] } {
  const entries: object[] = [];
  const values: object[] = [];
  for (const outcome of made) {
    const changes = changesOf(outcome);
    const entryId = newId();
    entries.push({
      id: entryId, event_id: newId(), record_id: outcome.recordId, reason: outcome.reason ?? null,
      field_names: changes.map((change) => change.field), record_version: outcome.version,
    });
    for (const change of changes) {
      const salt = randomBytes(16).toString('base64url');
      const before = jsonOf(change.before);
      const after = jsonOf(change.after);
      values.push({
        id: newId(), audit_entry_id: entryId, field_name: change.field, before, after, salt,
        about_noun: noun, about_id: outcome.recordId,
        digest: createHash('sha256').update(JSON.stringify([salt, change.field, before, after])).digest('hex'),
      });
    }
  }
  return { entries, values };
}

/** Fields that differ; on a create or delete every field that has a value. Bookkeeping is not a change. */
function changesOf({ before = {}, after = {} }: Done): { field: string; before: unknown; after: unknown }[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields]
    .filter((field) => !bookkeeping.has(field))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter((change) => change.before !== change.after
      && JSON.stringify(jsonOf(change.before)) !== JSON.stringify(jsonOf(change.after)));
}

const bookkeeping = new Set(['workspaceId', 'id', 'version', 'createdAt', 'updatedAt', 'pipelineKind']);

function jsonOf(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? 'null');
}
