import type { PipelineKind, StageStatus } from './generated/prisma/enums.ts';
import { readable } from '../auth/reach.ts';
import type { Row } from './database.ts';
import { modelNamed } from './models.ts';
import { type Predicate, all, test } from './predicate.ts';
import { printSql } from './print-sql.ts';
import { type Printing, printJsonArray, printRows, rowsOf } from './reader/print.ts';
import { type OrderKey } from './reader/order.ts';
import type { RecordPlan } from './reader/plan.ts';
import type { ReadContext } from './reader/read.ts';

/** What is asked of a summary: null and false for what is not, or may not be had. */
export type SummaryWants = {
  pipeline: RecordPlan | null;
  stages: RecordPlan | null;
  counts: boolean;
  sums: boolean;
  weightedSums: boolean;
};

/** Deals of one stage and currency, or leads of one stage (without sums). Sums are minor units; null where no deal has an amount. */
export type SummaryGroup = {
  stageId: string;
  status: StageStatus;
  currency: string | null;
  count: number;
  sum: string | null;
  weightedSum: string | null;
};
export type SummaryRows = { kind: PipelineKind; pipeline: Row | null; stages: Row[]; groups: SummaryGroup[] };

/**
 * Counts and sums of the records of a pipeline that the caller can read and that fulfil `where`, by stage and currency,
 * in one statement. Only what is asked for is computed.
 *
 * @param where for deals; leads are counted as they are
 * @returns null when the pipeline is absent
 */
export async function readPipelineSummary(
  pipelineId: string, where: Predicate, wants: SummaryWants, printing: Printing, context: ReadContext,
): Promise<SummaryRows | null> {
  const { values, profile } = printing;
  const pipeline = modelNamed('Pipeline');
  const workspace = values.add(printing.workspaceId, 'uuid');
  const isThis = all(rowsOf({ noun: 'pipeline' }, profile), test('id', 'eq', pipelineId));
  const alias = values.alias();
  const parts = [`p.kind`];
  if (wants.pipeline) {
    const one = { order: [byId], limit: 1, backwards: false, cursors: false, isReadable: true };
    parts.push(`(select row_to_json(r) from (${printRows(wants.pipeline, isThis, one, printing)}) r) as pipeline`);
  }
  if (wants.stages) {
    const stages = all(rowsOf({ noun: 'stage' }, profile), test('pipelineId', 'eq', pipelineId));
    const inOrder = { order: [byPosition, byId], limit: maxStages, backwards: false, cursors: false, isReadable: true };
    parts.push(`${printJsonArray(printRows(wants.stages, stages, inOrder, printing))} as stages`);
  }
  if (wants.counts || wants.sums || wants.weightedSums) {
    const id = values.add(pipelineId, 'uuid');
    parts.push(`${printJsonArray(`${groupsOf('deal', id, where)} union all ${groupsOf('lead', id)}`)} as groups`);
  }
  const text = `select row_to_json(s)::text as summary from (select ${parts.join(', ')} from (`
    + `select ${alias}.kind from ${pipeline.table} ${alias} where ${alias}.workspace_id = ${workspace}`
    + ` and ${printSql(isThis, pipeline, alias, values)}) p) s`;
  const [answer] = await context.database.read(context.workspaceId, { text, values: values.list }, context.signal);
  return answer ? { pipeline: null, stages: [], groups: [], ...JSON.parse(answer.summary as string) as object } as unknown as SummaryRows : null;

  function groupsOf(noun: 'deal' | 'lead', id: string, extra?: Predicate): string {
    const model = modelNamed(noun === 'deal' ? 'Deal' : 'Lead');
    const record = values.alias();
    const rows = all(readable(profile, noun), ...(extra ? [extra] : []));
    const sum = noun === 'deal' && wants.sums ? `sum(${record}.amount_minor)::text` : 'null::text';
    const weighted = noun === 'deal' && wants.weightedSums
      // Of each deal, not of the sum: the same whole minor units that Deal.weightedAmount shows.
      ? `sum(trunc(${record}.amount_minor::numeric * ${record}.probability / 100))::text` : 'null::text';
    const currency = noun === 'deal' && (wants.sums || wants.weightedSums) ? `${record}.currency` : 'null::text';
    // The kind is known before the first record is looked at: of the two halves one is never run.
    return `(select ${record}.stage_id as "stageId", g.status, ${currency} as currency, count(*)::int as count,`
      + ` ${sum} as sum, ${weighted} as "weightedSum" from ${model.table} ${record} join ${modelNamed('Stage').table} g`
      + ` on g.workspace_id = ${record}.workspace_id and g.id = ${record}.stage_id`
      + ` where p.kind = '${noun === 'deal' ? 'DEAL' : 'LEAD'}' and ${record}.workspace_id = ${workspace}`
      + ` and ${record}.pipeline_id = ${id} and ${printSql(rows, model, record, values)} group by 1, 2, 3)`;
  }
}

/** Far beyond what anybody looks at; a list is bounded all the same. */
const maxStages = 500;

const byId: OrderKey = { column: 'id', sqlColumn: 'id', type: 'uuid', isText: false, isNullable: false, descending: false };
const byPosition: OrderKey = { column: 'position', sqlColumn: 'position', type: 'int', isText: false, isNullable: false, descending: false };
