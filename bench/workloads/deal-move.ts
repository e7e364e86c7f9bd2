import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Person } from '../database.ts';
import { type Variables, type Workload, reachOf } from './workload.ts';

/** Each contestant moves deals of its own, to and fro, so that it knows their versions. */
export const dealMove: Workload = {
  name: 'move',
  title: 'dealMove: deal, ledger, audit with its values, outbox, in one transaction',
  samples: ({ movable }, { at, of }) => movable.filter((_each, index) => index % of === at),
  floor: { run: move },
  gatehouse: {
    query: `mutation Move($input: DealMoveInput!) {
      dealMove(input: $input) { deal { id version stage { id } } userErrors { code message } }
    }`,
    variables: ({ dealId, version, fromId, toId }, turn) => ({
      input: { id: `deal_${dealId}`, version: Number(version) + turn, stageId: `stage_${turn % 2 ? fromId : toId}` },
    }),
  },
  isIncomparable: true,
  expects: '"userErrors":[]',
};

const find =
  `select d.id, d.stage_id, d.stage_entered_at, d.closed_at, d.loss_reason, d.probability, d.version, d.is_probability_set_by_hand as by_hand,
    (select row_to_json(s) from (select s.id, s.pipeline_id, s.status, s.probability from gatehouse.stage s
      where s.workspace_id = d.workspace_id and s.id = $5::uuid and s.deleted_at is null) s) as to_stage
  from gatehouse.deal d where d.workspace_id = $1::uuid and d.id = $4::uuid and ${reachOf('d')} for update`;

const write = `with moved as (
    update gatehouse.deal set stage_id = $3::uuid, stage_entered_at = $5, probability = $6, closed_at = null, loss_reason = null,
      version = version + 1, updated_at = $5
    where workspace_id = $1::uuid and id = $2::uuid and version = $4 returning id, version, currency, amount_minor, probability, expected_close_on
  ), ledger as (
    insert into gatehouse.stage_change (workspace_id, id, deal_id, from_stage_id, to_stage_id, entered_at, recorded_at, moved_by_id, door,
      currency, amount_minor, probability, expected_close_on)
    select $1::uuid, $7::uuid, id, $8::uuid, $3::uuid, $5, $5, $9::uuid, 'API', currency, amount_minor, probability, expected_close_on from moved
  ), audited as (
    insert into gatehouse.audit_entry (workspace_id, id, at, member_id, principal, door, noun, verb, record_id, field_names)
    select $1::uuid, $10::uuid, $5, $9::uuid, 'member:' || $9, 'API', 'deal', 'move', id, $11::text[] from moved
  ), announced as (
    insert into gatehouse.outbox_event (workspace_id, id, type, noun, record_id, field_names, record_version, occurred_at)
    select $1::uuid, $12::uuid, 'deal.move', 'deal', id, $11::text[], version, $5 from moved
  ), noted as (
    insert into gatehouse.audit_change (workspace_id, id, audit_entry_id, field_name, before, after, about_noun, about_id, digest, salt)
    select $1::uuid, c.id, $10::uuid, c.field_name, c.before, c.after, 'deal', $2::uuid, c.digest, c.salt
    from jsonb_to_recordset($13::jsonb) as c(id uuid, field_name text, before jsonb, after jsonb, digest text, salt text)
  ) select id, version from moved`;

type Found = {
  id: string; stage_id: string; stage_entered_at: Date; probability: number; version: number; by_hand: boolean;
  to_stage: { id: string; status: string; probability: number } | null;
};

/**
 * What a careful person would write: look under a lock, check, then one statement that writes all six kinds of rows.
 */
async function move(
  client: PoolClient, variables: Variables & { turn?: number }, person: Person, setting: string,
): Promise<string> {
  const { dealId, version, fromId, toId, turn = 0 } = variables;
  const stageId = turn % 2 ? fromId : toId;
  const expected = Number(version) + turn;
  const { workspaceId, memberId, teamIds } = person;
  try {
    const [, { rows }] = await Promise.all([
      client.query(`begin; ${setting}`),
      client.query({ name: 'find', text: find, values: [workspaceId, memberId, teamIds, dealId, stageId] }),
    ]);
    const [deal] = rows as Found[];
    if (!deal?.to_stage || deal.version !== expected) {
      throw new Error(`The floor finds no deal ${dealId} of version ${expected}.`);
    }
    const now = new Date();
    const probability = deal.by_hand ? deal.probability : deal.to_stage.probability;
    const changes = changesOf(
      { stageId: deal.stage_id, stageEnteredAt: deal.stage_entered_at, probability: deal.probability },
      { stageId, stageEnteredAt: now, probability });
    const [{ rows: moved }] = await Promise.all([
      client.query({
        name: 'write', text: write,
        values: [
          workspaceId, dealId, stageId, expected, now, probability, randomUUID(), deal.stage_id, memberId,
          randomUUID(), changes.map(({ field_name: name }) => name), randomUUID(), JSON.stringify(changes),
        ],
      }),
      client.query('commit'),
    ]);
    if (moved.length !== 1) throw new Error(`The floor moved ${moved.length} deals.`);
    return JSON.stringify({ data: { dealMove: { deal: moved[0], userErrors: [] } } });
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function changesOf(before: Record<string, unknown>, after: Record<string, unknown>) {
  return Object.keys(before).filter((field) => before[field] !== after[field]).map((field) => {
    const salt = randomBytes(16).toString('base64url');
    const digest = createHash('sha256').update(JSON.stringify([salt, field, before[field], after[field]]))
      .digest('hex');
    return { id: randomUUID(), field_name: field, before: before[field], after: after[field], digest, salt };
  });
}
