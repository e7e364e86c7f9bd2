import { type Parsed, emptyHint, parsed, unreadable } from './value.ts';

/** How numbers are written. */
export type NumberStyle = {
  /** Between units and fractions; `.` unless said. */
  decimal?: string;
  /** Between groups of digits; none unless said. */
  thousands?: string;
  /** Texts around the number that belong to it: `$`, `EUR`, `pcs`. */
  strip?: readonly string[];
  /** The number is multiplied by this. */
  factor?: number | string;
};

/** A decimal number, exactly: `digits` divided by ten to the power of `scale`. */
export type Decimal = { digits: bigint; scale: number };

const maxDigits = 40;

export function parseDecimal(
  text: string, { decimal = '.', thousands, strip = [], factor }: NumberStyle,
): Parsed<Decimal> {
  let rest = text;
  for (const each of strip) rest = rest.replaceAll(each, '');
  // Spaces between thousands are often such as break no line: the mapping says " ".
  if (thousands === ' ') rest = rest.replace(/[\u00a0\u2009\u202f]/g, ' ');
  // Bookkeepers write what is below zero in brackets.
  rest = rest.trim().replace(/^\((.*)\)$/, '-$1').replace(/^([+-])\s+/, '$1');
  if (/^[+-]?\d+([.,]\d+)?[eE][+-]?\d+$/.test(rest)) {
    return unreadable(
      'is written with an exponent, so digits may have been lost', 'Export the column as plain digits.');
  }
  const fractionAt = rest.lastIndexOf(decimal);
  const units = fractionAt === -1 ? rest : rest.slice(0, fractionAt);
  const fraction = fractionAt === -1 ? '' : rest.slice(fractionAt + decimal.length);
  const sign = /^[+-]/.exec(units)?.[0] ?? '';
  const whole = units.slice(sign.length);
  const grouped = thousands === undefined ? whole : ungroup(whole, thousands);
  const isNumber = grouped !== null && /^\d*$/.test(grouped) && /^\d*$/.test(fraction) && (grouped + fraction) !== '';
  if (!isNumber) {
    return unreadable(`is no number with "${decimal}" before the fraction`, numberHint(rest, decimal, thousands));
  }
  const digits = (grouped + fraction).replace(/^0+(?=\d)/, '');
  if (digits.length > maxDigits) return unreadable(`has more than ${maxDigits} digits`);
  const number = { digits: BigInt(sign === '-' ? `-${digits}` : digits), scale: fraction.length };
  return parsed(factor === undefined ? number : multiply(number, decimalOf(factor)));
}

/** Exactly, or null when it is no whole number. */
export function wholeOf({ digits, scale }: Decimal): bigint | null {
  const divisor = 10n ** BigInt(scale);
  return digits % divisor === 0n ? digits / divisor : null;
}

/** To the nearest whole number, halves away from zero. */
export function roundedOf({ digits, scale }: Decimal): bigint {
  const divisor = 10n ** BigInt(scale);
  const half = digits < 0n ? -divisor / 2n : divisor / 2n;
  return (digits + half) / divisor;
}

export function multiply(left: Decimal, right: Decimal): Decimal {
  return { digits: left.digits * right.digits, scale: left.scale + right.scale };
}

/** A factor from the mapping, whose form has been checked: `1000000`, `0.01`. */
export function decimalOf(factor: number | string): Decimal {
  const [units, fraction = ''] = String(factor).split('.') as [string, string?];
  return { digits: BigInt(units + fraction), scale: fraction.length };
}

/** `-12.5`, without zeros that say nothing. */
export function printDecimal({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const fraction = scale === 0 ? '' : text.slice(-scale).replace(/0+$/, '');
  return sign + (scale === 0 ? text : text.slice(0, -scale)) + (fraction && `.${fraction}`);
}

/** Groups of three, or of two before the last three (1,00,000): anything else is no grouping. */
function ungroup(whole: string, separator: string): string | null {
  const parts = whole.split(separator);
  if (parts.length === 1) return whole;
  const isGrouped = /^\d{1,3}$/.test(parts[0]!) && /^\d{3}$/.test(parts.at(-1)!)
    && parts.slice(1, -1).every((part) => /^\d{2,3}$/.test(part));
  return isGrouped ? parts.join('') : null;
}

function numberHint(text: string, decimal: string, thousands?: string): string | undefined {
  if (!/\d/.test(text)) return emptyHint(text);
  const separators = [...new Set(text.replace(/[^.,' \u00a0\u202f]/g, ''))];
  if (/[^\d.,' \u00a0\u202f+-]/.test(text)) {
    const around = text.replace(/[\d.,' \u00a0\u202f+-]/g, '');
    return `If ${JSON.stringify(around)} belongs to every number: "strip": [${JSON.stringify(around)}].`;
  }
  const other = separators.map((each) => (/[\u00a0\u202f]/.test(each) ? ' ' : each))
    .find((each) => each !== decimal && each !== thousands);
  if (other === undefined) return undefined;
  const asFraction = /[.,]/.test(other) ? `; if before the fraction: "decimal": "${other}"` : '';
  return `If "${other}" stands between thousands: "thousands": "${other}"${asFraction}.`;
}
