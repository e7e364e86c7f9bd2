import type { Transaction } from './database.ts';
import type { PipelineKind, StageStatus } from './generated/prisma/enums.ts';
import { Values } from './print-sql.ts';

/** A stage as the rules see it. */
export type StageFacts = {
  id: string;
  pipelineId: string;
  kind: PipelineKind;
  name: string;
  position: number;
  status: StageStatus;
  probability: number;
  /** False for what is in the bin or retired: then it can only be left. */
  isOpenForEntry: boolean;
  /** Stages that records may go to from here; empty means any of the pipeline. */
  nextStageIds: readonly string[];
  requiredFields: readonly string[];
  isReasonRequired: boolean;
  /** The words to choose from, in their order. */
  reasons: readonly string[];
  /** Roles that may move records into it, and out of it; empty means all that may move them. */
  enterRoleIds: readonly string[];
  leaveRoleIds: readonly string[];
};

/**
 * The stages of these ids, those that these records are in, those of a pipeline, and where a new record of a kind
 * begins: with all their rules, in one statement.
 *
 * Raw because it takes the rows' share locks: whoever retires, deletes or changes one of these stages waits until what
 * was decided by it is done, and we for him. So nothing enters a stage that has just gone.
 *
 * @returns `first` is where records of `kind` begin: the first open stage of the first pipeline
 */
export async function stageFacts(
  tx: Transaction,
  workspaceId: string,
  { ids = [], ofDeals = [], ofLeads = [], ofPipeline = null, firstOf = null }: {
    ids?: readonly string[];
    ofPipeline?: string | null;
    ofDeals?: readonly string[];
    ofLeads?: readonly string[];
    firstOf?: PipelineKind | null;
  },
): Promise<{ stages: Map<string, StageFacts>; first: StageFacts | undefined }> {
  const values = new Values();
  const workspace = values.add(workspaceId, 'uuid');
  const inStages = (table: string, records: readonly string[]) => `select r.stage_id from gatehouse.${table} r`
    + ` where r.workspace_id = ${workspace} and r.id = any(${values.add(records, 'uuid[]')})`;
  // Only the ways that are asked for: what is not asked would be gone through all the same.
  const wanted = [
    ...(ids.length > 0 ? [`select unnest(${values.add(ids, 'uuid[]')})`] : []),
    ...(ofDeals.length > 0 ? [inStages('deal', ofDeals)] : []),
    ...(ofLeads.length > 0 ? [inStages('lead', ofLeads)] : []),
    ...(ofPipeline ? [`select s.id from gatehouse.stage s where s.workspace_id = ${workspace}`
      + ` and s.pipeline_id = ${values.add(ofPipeline, 'uuid')}`] : []),
    ...(firstOf ? ['select id from first'] : []),
  ];
  if (wanted.length === 0) return { stages: new Map(), first: undefined };
  const first = firstOf && `first as materialized (
      select s.id from gatehouse.stage s
        join gatehouse.pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
      where s.workspace_id = ${workspace}
        and p.kind = ${values.add(firstOf, 'gatehouse.pipeline_kind')} and p.deleted_at is null
        and s.status = 'OPEN' and s.deleted_at is null and s.retired_at is null
      order by p.position, p.id, s.position, s.id limit 1
    ), `;
  const rows = await tx.$queryRawUnsafe<(StageFacts & { isFirst: boolean })[]>(`
    with ${first ?? ''}wanted(id) as materialized (${wanted.join(' union ')})
    select s.id, s.pipeline_id as "pipelineId", p.kind::text as kind, s.name, s.position, s.status::text as status,
      s.probability, s.deleted_at is null and s.retired_at is null and p.deleted_at is null as "isOpenForEntry",
      s.required_fields as "requiredFields", s.is_reason_required as "isReasonRequired",
      array(
        select r.name from gatehouse.stage_reason r where r.workspace_id = s.workspace_id and r.stage_id = s.id
        order by r.position
      ) as reasons,
      -- A stage that only led to what has gone leads to any.
      array(
        select t.to_stage_id::text from gatehouse.stage_transition t join gatehouse.stage n
          on n.workspace_id = t.workspace_id and n.id = t.to_stage_id and n.deleted_at is null and n.retired_at is null
        where t.workspace_id = s.workspace_id and t.from_stage_id = s.id
      ) as "nextStageIds",
      array(
        select e.role_id::text from gatehouse.stage_enter_role e
        where e.workspace_id = s.workspace_id and e.stage_id = s.id
      ) as "enterRoleIds",
      array(
        select l.role_id::text from gatehouse.stage_leave_role l
        where l.workspace_id = s.workspace_id and l.stage_id = s.id
      ) as "leaveRoleIds",
      ${firstOf ? 's.id in (select id from first)' : 'false'} as "isFirst"
    from wanted w join gatehouse.stage s on s.workspace_id = ${workspace} and s.id = w.id
      join gatehouse.pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
    order by s.id for share of s`, ...values.list);
  const stages = new Map(rows.map(({ isFirst: _, ...stage }) => [stage.id, stage]));
  return { stages, first: stages.get(rows.find(({ isFirst }) => isFirst)?.id ?? '') };
}

/** Locks a pipeline's stages against everybody who decides by them: `stageFacts` waits, and is waited for. */
export async function holdStages(tx: Transaction, workspaceId: string, pipelineId: string): Promise<void> {
  await tx.$executeRaw`select from gatehouse.stage where workspace_id = ${workspaceId}::uuid
    and pipeline_id = ${pipelineId}::uuid order by id for update`;
}
