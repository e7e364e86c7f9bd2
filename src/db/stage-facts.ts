import type { Transaction } from './database.ts';
import type { PipelineKind, StageStatus } from './generated/prisma/enums.ts';

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
  {
    ids = [],
    ofDeals = [],
    ofLeads = [],
    ofPipeline = null,
    firstOf = null,
  }: {
    ids?: readonly string[];
    ofPipeline?: string | null;
    ofDeals?: readonly string[];
    ofLeads?: readonly string[];
    firstOf?: PipelineKind | null;
  },
): Promise<{ stages: Map<string, StageFacts>; first: StageFacts | undefined }> {
  const rows = await tx.$queryRaw<(StageFacts & { isFirst: boolean })[]>`
    with first as materialized (
      select s.id from gatehouse.stage s
        join gatehouse.pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
      where s.workspace_id = ${workspaceId}::uuid
        and p.kind = ${firstOf}::gatehouse.pipeline_kind and p.deleted_at is null
        and s.status = 'OPEN' and s.deleted_at is null and s.retired_at is null
      order by p.position, p.id, s.position, s.id limit 1
    ), wanted as materialized (
      select unnest(${ids}::uuid[]) as id union select id from first
      union select s.id from gatehouse.stage s
        where s.workspace_id = ${workspaceId}::uuid and s.pipeline_id = ${ofPipeline}::uuid
      union select d.stage_id from gatehouse.deal d
        where d.workspace_id = ${workspaceId}::uuid and d.id = any(${ofDeals}::uuid[])
      union select l.stage_id from gatehouse.lead l
        where l.workspace_id = ${workspaceId}::uuid and l.id = any(${ofLeads}::uuid[])
    )
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
      s.id in (select id from first) as "isFirst"
    from wanted w join gatehouse.stage s on s.workspace_id = ${workspaceId}::uuid and s.id = w.id
      join gatehouse.pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
    order by s.id for share of s`;
  const stages = new Map(rows.map(({ isFirst: _, ...stage }) => [stage.id, stage]));
  return { stages, first: stages.get(rows.find(({ isFirst }) => isFirst)?.id ?? '') };
}

/** Locks a pipeline's stages against everybody who decides by them: `stageFacts` waits, and is waited for. */
export async function holdStages(tx: Transaction, workspaceId: string, pipelineId: string): Promise<void> {
  await tx.$executeRaw`select from gatehouse.stage where workspace_id = ${workspaceId}::uuid
    and pipeline_id = ${pipelineId}::uuid order by id for update`;
}
