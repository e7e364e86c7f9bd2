import type { PipelineKind, StageStatus } from './generated/prisma/enums.ts';
import { allowed, readable } from '../auth/reach.ts';
import type { Row } from './database.ts';
import { modelNamed } from './models.ts';
import { type Predicate, all, some, test } from './predicate.ts';
import { printSql } from './print-sql.ts';
import { type Printing, printJsonArray, printRows, rowsOf } from './reader/print.ts';
import { ascending } from './reader/order.ts';
import type { RecordPlan } from './reader/plan.ts';
import type { ReadContext } from './reader/read.ts';
import { weightedSum } from './weighted-sum.ts';

/** What is asked of a summary: null and false for what is not, or may not be had. */
export type SummaryWants = {
  pipeline: RecordPlan | null;
  stages: RecordPlan | null;
  counts: boolean;
  sums: boolean;
  weightedSums: boolean;
};

/**
 * Deals of one stage and currency, or leads of one stage (without sums). Sums are minor units; null where no deal has
 * an amount.
 */
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
 * @param asOf an instant in the past: each record counts in the stage that the ledger has it in then, with the amount
 *   and probability written there; what was put into the bin since, records and stages, is in it. Null for now.
 * @returns null when the pipeline is absent
 */
export async function readPipelineSummary(
  pipelineId: string, where: Predicate, wants: SummaryWants, printing: Printing, context: ReadContext,
  asOf: Date | null = null,
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
    const stages = all(readableThen('stage'), test('pipelineId', 'eq', pipelineId), inUseThen());
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
  if (!answer) return null;
  const summary = JSON.parse(answer.summary as string) as Partial<SummaryRows> & Pick<SummaryRows, 'kind'>;
  return { pipeline: null, stages: [], groups: [], ...summary };

  /** Records that the caller can read, as far as they are there at the instant that is asked about. */
  function readableThen(noun: 'deal' | 'lead' | 'stage'): Predicate {
    if (!asOf) return readable(profile, noun);
    return all(allowed(profile, noun, 'read'), some(test('deletedAt', 'isNull'), test('deletedAt', 'gt', asOf)));
  }

  function inUseThen(): Predicate {
    return some(test('retiredAt', 'isNull'), ...(asOf ? [test('retiredAt', 'gt', asOf)] : []));
  }

  function groupsOf(noun: 'deal' | 'lead', id: string, extra?: Predicate): string {
    const model = modelNamed(noun === 'deal' ? 'Deal' : 'Lead');
    const record = values.alias();
    const rows = all(readableThen(noun), ...(extra ? [extra] : []));
    // Where the record stands and what it is worth: it knows that itself now, and its last entry knew it then.
    const [state, stageId] = asOf ? ['e', 'e.to_stage_id'] : [record, `${record}.stage_id`];
    const then = asOf && values.shared('asOf', asOf, 'timestamptz');
    const entry = then ? ` join lateral (${lastEntry(noun, record, then)}) e on true` : '';
    const sum = noun === 'deal' && wants.sums ? `sum(${state}.amount_minor)::text` : 'null::text';
    const weighted = noun === 'deal' && wants.weightedSums ? weightedSum(state!) : 'null::text';
    const currency = noun === 'deal' && (wants.sums || wants.weightedSums) ? `${state}.currency` : 'null::text';
    // The kind is known before the first record is looked at: of the two halves one is never run.
    return `(select ${stageId} as "stageId", g.status, ${currency} as currency, count(*)::int as count,`
      + ` ${sum} as sum, ${weighted} as "weightedSum" from ${model.table} ${record}${entry}`
      + ` join ${modelNamed('Stage').table} g`
      + ` on g.workspace_id = ${record}.workspace_id and g.id = ${stageId}`
      + ` where p.kind = '${noun === 'deal' ? 'DEAL' : 'LEAD'}' and ${record}.workspace_id = ${workspace}`
      + ` and g.pipeline_id = ${id} and ${printSql(rows, model, record, values)}`
      + ' group by 1, 2, 3)';
  }
}

function lastEntry(noun: 'deal' | 'lead', record: string, instant: string): string {
  return `select c.to_stage_id, c.amount_minor, c.currency, c.probability from ${modelNamed('StageChange').table} c`
    + ` where c.workspace_id = ${record}.workspace_id and c.${noun}_id = ${record}.id and c.entered_at <= ${instant}`
    + ' order by c.entered_at desc, c.id desc limit 1';
}

/** Far beyond what anybody looks at; a list is bounded all the same. */
const maxStages = 500;

const byId = ascending('id', 'uuid');
const byPosition = ascending('position', 'int');
