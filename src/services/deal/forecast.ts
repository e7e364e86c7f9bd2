import type { Row } from '../../db/database.ts';
import type { ForecastGroup, ForecastRows } from '../../db/forecast.ts';
import { convert } from '../exchange-rate/convert.ts';
import { type CurrencySum, sumsByCurrency } from '../sums-by-currency.ts';

/** Deals that have the asked keys in common. */
export type Forecast = {
  category: string | null;
  /** The first day of the month. */
  month: string | null;
  member: Row | null;
  team: Row | null;
  count: number;
  sum: CurrencySum[];
  weightedSum: CurrencySum[];
  /** In the workspace's currency; null when a rate is missing. */
  converted: CurrencySum | null;
  weightedConverted: CurrencySum | null;
  currenciesWithoutRate: string[];
};

/**
 * Puts the groups of one statement together by the keys that were asked for. Sums of one currency are exact; each is
 * converted as a whole at its rate, and what is converted is added up.
 */
export function summariseForecast({ groups, members, teams }: ForecastRows, toCurrency: string): Forecast[] {
  const keyOf = ({ category, month, memberId, teamId }: ForecastGroup) => [month, category, memberId, teamId].join(' ');
  const [memberById, teamById] = [members, teams].map((rows) => new Map(rows.map((row) => [row.id as string, row])));
  return [...Map.groupBy(groups, keyOf).values()].map((same): Forecast => {
    const { category, month, memberId, teamId } = same[0]!;
    const missing = same.filter(({ currency, sum, rate }) => sum !== null && currency !== toCurrency && rate === null);
    return {
      category, month: month && `${month}-01`,
      member: memberById!.get(memberId ?? '') ?? null, team: teamById!.get(teamId ?? '') ?? null,
      count: same.reduce((count, group) => count + group.count, 0),
      sum: sumsByCurrency(same, 'sum'), weightedSum: sumsByCurrency(same, 'weightedSum'),
      ...(missing.length > 0 ? { converted: null, weightedConverted: null } : {
        converted: convertedSum(same, 'sum', toCurrency),
        weightedConverted: convertedSum(same, 'weightedSum', toCurrency),
      }),
      currenciesWithoutRate: [...new Set(missing.map(({ currency }) => currency))].sort(),
    };
  }).sort(inOrder);
}

function convertedSum(groups: readonly ForecastGroup[], which: 'sum' | 'weightedSum', to: string): CurrencySum {
  const amountMinor = groups.reduce((total, { currency: from, rate, [which]: sum }) => {
    if (sum === null) return total;
    return total + (from === to ? BigInt(sum) : convert(BigInt(sum), { from, to, rate: rate! }));
  }, 0n);
  return { currency: to, amountMinor };
}

const categories = ['CLOSED', 'COMMIT', 'BEST_CASE', 'PIPELINE'];

/** By month, what has none last; then what is surest first; then always in the same order. */
function inOrder(left: Forecast, right: Forecast): number {
  const rank = ({ month, category, member, team }: Forecast) => (
    [month ?? '~', String(categories.indexOf(category ?? '')), String(member?.id ?? '~'), String(team?.id ?? '~')]
      .join(' '));
  return rank(left) < rank(right) ? -1 : 1;
}
