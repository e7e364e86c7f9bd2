/**
 * Converts an amount, rounding half to even.
 *
 * @param amountMinor integer minor units of `from`; may be negative
 * @param rate whole units of `to` for one whole unit of `from`, a decimal number such as `0.0061728`
 * @returns integer minor units of `to`; JPY has none, so 1 is one yen
 * @see docs/decisions/0020-forecasts-and-rotting.md; ISO 4217 for minor units
 */
export function convert(amountMinor: bigint, { from, to, rate }: { from: string; to: string; rate: string }): bigint {
  const [whole = '0', fraction = ''] = rate.split('.');
  const numerator = amountMinor * BigInt(whole + fraction) * 10n ** BigInt(minorDigits(to));
  return dividedHalfEven(numerator, 10n ** BigInt(fraction.length + minorDigits(from)));
}

/** How many digits the minor unit of a currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits!;
    digitsByCurrency.set(currency, digits);
  }
  return digits;
}

/** At most as many as there are codes of three letters. */
const digitsByCurrency = new Map<string, number>();

function dividedHalfEven(numerator: bigint, divisor: bigint): bigint {
  const quotient = numerator / divisor;
  const rest = numerator % divisor;
  const doubled = (rest < 0n ? -rest : rest) * 2n;
  const isUp = doubled > divisor || (doubled === divisor && quotient % 2n !== 0n);
  if (!isUp) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}
