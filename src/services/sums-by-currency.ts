/** Minor units in one currency. */
export type CurrencySum = { currency: string; amountMinor: bigint };

/** Records that have their currency in common: sums in its minor units as text, null where none has an amount. */
type Group = { currency: string | null; sum: string | null; weightedSum: string | null };

/** Amounts of different currencies are never added up: one sum per currency that occurs, by code. */
export function sumsByCurrency(groups: readonly Group[], which: 'sum' | 'weightedSum'): CurrencySum[] {
  const sums = new Map<string, bigint>();
  for (const { currency, [which]: sum } of groups) {
    if (sum !== null && currency !== null) sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(sum));
  }
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([currency, amountMinor]) => ({ currency, amountMinor }));
}
