/**
 * The weighted amounts of rows added up, as text. Of each row, not of the sum: the same whole minor units that
 * Deal.weightedAmount shows.
 *
 * @param rows an alias of a table with `amount_minor` and `probability`: deals, or the ledger
 */
export function weightedSum(rows: string): string {
  return `sum(trunc(${rows}.amount_minor::numeric * ${rows}.probability / 100))::text`;
}
