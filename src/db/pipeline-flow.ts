import { allowed, readable } from '../auth/reach.ts';
import type { Row } from './database.ts';
import type { PipelineKind } from './generated/prisma/enums.ts';
import { type Model, modelNamed } from './models.ts';
import { type Predicate, all, test } from './predicate.ts';
import { printSql } from './print-sql.ts';
import { type Printing, printColumnsOf, printJsonArray, printStatement, rowsOf } from './reader/print.ts';
import type { RecordPlan } from './reader/plan.ts';
import type { ReadContext } from './reader/read.ts';
import { nextEntry } from './stage-times.ts';

export type FlowQuestion = {
  pipelineId: string;
  /** For deals; leads are counted as they are. */
  where: Predicate;
  /** Entries from this instant on, and before that one; null: any. */
  from: Date | null;
  to: Date | null;
  /** What to read of the stages, and of those that came next. */
  stage: RecordPlan;
  nextStage: RecordPlan;
};

/** Entries into a stage, those that went on to another stage, and half of how long these stayed, in seconds. */
export type FlowStage = { stageId: string; entered: number; left: number; medianSeconds: number | null };
/** Entries into a stage whose record went on to that other one. */
export type FlowStep = { stageId: string; nextId: string; count: number };
export type FlowRows = { kind: PipelineKind; stages: Row[]; nextStages: Row[]; totals: FlowStage[]; steps: FlowStep[] };

/**
 * How the records of a pipeline that the caller can read went from stage to stage, by the ledger, in one statement.
 *
 * @returns null when the pipeline is absent
 */
export async function readPipelineFlow(
  { pipelineId, where, from, to, stage, nextStage }: FlowQuestion, printing: Printing, context: ReadContext,
): Promise<FlowRows | null> {
  const { values, profile } = printing;
  const names = ['Pipeline', 'Stage', 'StageChange'];
  const [pipeline, stages, ledger] = names.map((name) => modelNamed(name)) as [Model, Model, Model];
  const workspace = values.add(printing.workspaceId, 'uuid');
  const id = values.add(pipelineId, 'uuid');
  const isThis = all(rowsOf({ noun: 'pipeline' }, profile), test('id', 'eq', pipelineId));
  printing.heads.set('pipe', `select p.kind from ${pipeline.table} p where p.workspace_id = ${workspace}`
    + ` and ${printSql(isThis, pipeline, 'p', values)}`);
  printing.heads.set('entry', `${entriesOf('deal', where)} union all ${entriesOf('lead')}`);
  const seconds = 'percentile_cont(0.5) within group (order by seconds) filter (where next_id is not null)';
  const totals = 'select stage_id as "stageId", count(*)::int as entered, count(next_id)::int as left,'
    + ` round(${seconds})::int as "medianSeconds" from entry group by 1`;
  const steps = 'select stage_id as "stageId", next_id as "nextId", count(*)::int as count from entry'
    + ' where next_id is not null group by 1, 2 order by 3 desc, 2';
  const text = `select row_to_json(a)::text as answer from (select pipe.kind,`
    // Retired stages are shown where records have been in them.
    + ` ${printJsonArray(stagesOf(stage, (alias) => `${alias}.pipeline_id = ${id} and ${isInUse(alias)}`
      + ` or ${alias}.id in (select stage_id from entry)`))} as stages,`
    + ` ${printJsonArray(stagesOf(nextStage, (alias) => `${alias}.id in (select next_id from entry)`))}`
    + ` as "nextStages", ${printJsonArray(totals)} as totals,`
    + ` ${printJsonArray(steps)} as steps from pipe) a`;
  const [answer] = await context.database.read(
    context.workspaceId, { text: printStatement(text, printing), values: values.list }, context.signal);
  return answer ? JSON.parse(answer.answer as string) as FlowRows : null;

  /** Each entry of a record in reach into a stage of the pipeline, with the one behind it. */
  function entriesOf(noun: 'deal' | 'lead', extra?: Predicate): string {
    const model = modelNamed(noun === 'deal' ? 'Deal' : 'Lead');
    const record = values.alias();
    const conditions = [
      `e.workspace_id = ${workspace}`, `s.pipeline_id = ${id}`,
      `exists (select from pipe where kind = '${noun === 'deal' ? 'DEAL' : 'LEAD'}')`,
      ...(from ? [`e.entered_at >= ${values.shared('from', from, 'timestamptz')}`] : []),
      ...(to ? [`e.entered_at < ${values.shared('to', to, 'timestamptz')}`] : []),
      printSql(all(readable(profile, noun), ...(extra ? [extra] : [])), model, record, values),
    ];
    return '(select e.to_stage_id as stage_id, n.to_stage_id as next_id,'
      + ' extract(epoch from n.entered_at - e.entered_at) as seconds'
      + ` from ${ledger.table} e join ${model.table} ${record}`
      + ` on ${record}.workspace_id = e.workspace_id and ${record}.id = e.${noun}_id`
      + ` join ${stages.table} s on s.workspace_id = e.workspace_id and s.id = e.to_stage_id`
      + ` left join lateral (${nextEntry(`${noun}_id`, 'e', ['to_stage_id', 'entered_at'])}) n on true`
      + ` where ${conditions.join(' and ')})`;
  }

  function isInUse(alias: string): string {
    return `${alias}.deleted_at is null and ${alias}.retired_at is null`;
  }

  function stagesOf(plan: RecordPlan, condition: (alias: string) => string): string {
    const alias = values.alias();
    return `select ${printColumnsOf(plan, alias, printing)} from ${stages.table} ${alias}`
      + ` where ${alias}.workspace_id = ${workspace}`
      + ` and (${condition(alias)})`
      + ` and ${printSql(allowed(profile, 'stage', 'read'), stages, alias, values)}`
      + ` order by not (${isInUse(alias)}), ${alias}.position, ${alias}.id`;
  }
}
