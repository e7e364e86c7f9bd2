import type { Row } from '../../db/database.ts';
import type { SummaryGroup, SummaryRows } from '../../db/pipeline-summary.ts';
import { type CurrencySum, sumsByCurrency } from '../sums-by-currency.ts';

export type SummaryTotals = { count: number; sum: CurrencySum[]; weightedSum: CurrencySum[] };
export type StageSummary = SummaryTotals & { stage: Row };
export type PipelineSummary = { pipeline: Row | null; stages: StageSummary[] }
  & Record<'open' | 'won' | 'lost', SummaryTotals>;

/**
 * A pipeline's groups as stages in order, empty ones included, and as totals by what the stages mean. Amounts of
 * different currencies are never added up: there is one sum per currency that occurs, by code.
 */
export function summarise({ pipeline, stages, groups }: SummaryRows): PipelineSummary {
  const byStage = Map.groupBy(groups, ({ stageId }) => stageId);
  const byStatus = Map.groupBy(groups, ({ status }) => status);
  return {
    pipeline,
    stages: stages.map((stage) => ({ stage, ...totalsOf(byStage.get(stage.id as string)) })),
    open: totalsOf(byStatus.get('OPEN')),
    won: totalsOf(byStatus.get('WON')),
    lost: totalsOf(byStatus.get('LOST')),
  };
}

function totalsOf(groups: readonly SummaryGroup[] = []): SummaryTotals {
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    sum: sumsByCurrency(groups, 'sum'),
    weightedSum: sumsByCurrency(groups, 'weightedSum'),
  };
}
