import type { Transaction } from './database.ts';

/** A record that has been moved: what ledger and audit keep of it. */
export type MovedRow = {
  id: string;
  version: number;
  stageId: string;
  stageEnteredAt: Date;
  stageEnteredAtBefore: Date;
  amountMinor: bigint | null;
  currency: string;
  stageReason: string | null;
  /** Null for leads, which have none. */
  probability: number | null;
  probabilityBefore: number | null;
  expectedCloseOn: Date | null;
};

/**
 * Takes records from one stage to another of the same meaning, in the order of their ids. Probabilities follow, except
 * those that were set by hand.
 *
 * Raw because it is one statement for a thousand records.
 */
export async function moveRows(
  tx: Transaction,
  workspaceId: string,
  noun: 'deal' | 'lead',
  { fromStageId, toStageId, probability, now, atMost }: {
    fromStageId: string;
    toStageId: string;
    probability: number;
    now: Date;
    atMost: number;
  },
): Promise<MovedRow[]> {
  const isDeal = noun === 'deal';
  return tx.$queryRawUnsafe(
    `with moving as (
       select id, stage_entered_at, ${isDeal ? 'probability' : 'null::int as probability'} from gatehouse.${noun}
       where workspace_id = $1::uuid and stage_id = $2::uuid order by id limit $5 for update
     )
     update gatehouse.${noun} r set stage_id = $3::uuid, stage_entered_at = $4::timestamptz,
       updated_at = $4::timestamptz, version = r.version + 1
       ${isDeal ? ', probability = case when r.is_probability_set_by_hand then r.probability else $6::int end' : ''}
     from moving m where r.workspace_id = $1::uuid and r.id = m.id${isDeal ? '' : ' and $6::int is not null'}
     returning r.id, r.version, r.stage_id as "stageId", r.stage_entered_at as "stageEnteredAt",
       m.stage_entered_at as "stageEnteredAtBefore", r.amount_minor as "amountMinor", r.currency,
       r.stage_reason as "stageReason", m.probability as "probabilityBefore",
       ${
         isDeal
           ? 'r.probability, r.expected_close_on as "expectedCloseOn"'
           : 'null::int as probability, null::date as "expectedCloseOn"'
       }`,
    workspaceId,
    fromStageId,
    toStageId,
    now,
    atMost,
    probability,
  );
}
