import type { Row } from '../../db/database.ts';
import type { SummaryGroup, SummaryRows } from '../../db/pipeline-summary.ts';

/** Minor units in one currency. */
export type CurrencySum = { currency: string; amountMinor: bigint };
export type SummaryTotals = { count: number; sum: CurrencySum[]; weightedSum: CurrencySum[] };
export type StageSummary = SummaryTotals & { stage: Row };
export type PipelineSummary = { pipeline: Row | null; stages: StageSummary[] } & Record<'open' | 'won' | 'lost', SummaryTotals>;

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
    sum: sumsOf(groups, 'sum'),
    weightedSum: sumsOf(groups, 'weightedSum'),
  };
}

function sumsOf(groups: readonly SummaryGroup[], which: 'sum' | 'weightedSum'): CurrencySum[] {
  const sums = new Map<string, bigint>();
  for (const group of groups) {
    const sum = group[which];
    if (sum !== null && group.currency !== null) sums.set(group.currency, (sums.get(group.currency) ?? 0n) + BigInt(sum));
  }
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([currency, amountMinor]) => ({ currency, amountMinor }));
}
