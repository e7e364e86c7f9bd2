import { didYouMean, nearest } from '../suggest.ts';
import { parseCountry } from './countries.ts';
import { isCurrency, minorDigits } from './currencies.ts';
import { type DateStyle, parseDate, parseInstant } from './dates.ts';
import { type NumberStyle, decimalOf, multiply, parseDecimal, printDecimal, roundedOf, wholeOf } from './numbers.ts';
import { type Parsed, parsed, unreadable } from './value.ts';

/** What kinds of value fields take; docs/import.md says of each what it may look like. */
export type ValueType =
  | 'text' | 'integer'
  | 'percent' | 'decimal' | 'money' | 'currency' | 'country' | 'date' | 'instant' | 'boolean' | 'choice';

/** How texts of a column are written. */
export type ValueStyle = NumberStyle & DateStyle & {
  /** Fractions of a minor unit, or of a whole number, are rounded instead of refused. */
  round?: boolean;
  true?: readonly string[];
  false?: readonly string[];
  /** What becomes of the row where this value is none that its field takes. */
  ifUnusable?: 'refuse' | 'empty';
};

/** What the meaning of a text depends on besides its column. */
export type ValueContext = {
  timeZone: string; locale: string; /** Of the record: what money is in. */ currency: string;
  /** Of dates that have been: none is later. */
  latest?: Date;
};

const usualTrue = ['true', 'yes', 'y', '1', 't', 'x'];
const usualFalse = ['false', 'no', 'n', '0', 'f'];

/**
 * A cell's text as a value of a field's type: strings for `text`, `currency`, `country`, `choice` and `decimal`,
 * numbers for `integer` and `percent`, BigInt minor units for `money`, dates for `date` (midnight UTC) and `instant`.
 *
 * @param text  trimmed and not empty
 * @param choices  the words that a `choice` may be
 */
export function readValue(
  type: ValueType, text: string, style: ValueStyle, context: ValueContext, choices: readonly string[] = [],
): Parsed {
  switch (type) {
    case 'text': return parsed(text);
    case 'integer': return wholeNumber(text, style);
    case 'percent': return wholeNumber(text.replace(/\s*%$/, ''), style);
    case 'decimal': {
      const number = parseDecimal(text, style);
      return number.ok ? parsed(printDecimal(number.value)) : number;
    }
    case 'money': return minorUnits(text, style, context.currency);
    case 'currency': {
      const code = text.toUpperCase();
      return isCurrency(code) ? parsed(code) : unreadable(
        'is no currency by ISO 4217, such as EUR', 'Map it with "values".');
    }
    case 'country': return parseCountry(text, context.locale);
    case 'date': return parseDate(text, style, context.timeZone, context.latest);
    case 'instant': return parseInstant(text, style, context.timeZone, context.latest);
    case 'boolean': return yesOrNo(text, style);
    case 'choice': return choice(text, choices);
  }
}

function wholeNumber(text: string, style: ValueStyle): Parsed<number> {
  const number = parseDecimal(text, style);
  if (!number.ok) return number;
  const whole = style.round ? roundedOf(number.value) : wholeOf(number.value);
  if (whole === null) return unreadable('is no whole number', 'With "round": true it is rounded.');
  // PostgreSQL's integer.
  if (whole < -2_147_483_648n || whole > 2_147_483_647n) return unreadable('is too large a number');
  return parsed(Number(whole));
}

function minorUnits(text: string, style: ValueStyle, currency: string): Parsed<bigint> {
  const strip = [...style.strip ?? [], currency];
  const number = parseDecimal(text, { ...style, strip });
  if (!number.ok) return number;
  const decimals = minorDigits(currency);
  const exact = multiply(number.value, decimalOf(`1${'0'.repeat(decimals)}`));
  const whole = style.round ? roundedOf(exact) : wholeOf(exact);
  if (whole === null) return unreadable(
    `has more than the ${decimals} decimals that ${currency} has`, 'With "round": true it is rounded.');
  // PostgreSQL's bigint.
  if (whole > 9_223_372_036_854_775_807n || whole < -9_223_372_036_854_775_808n) {
    return unreadable('is too large an amount');
  }
  return parsed(whole);
}

function yesOrNo(text: string, style: ValueStyle): Parsed<boolean> {
  const is = (words: readonly string[]) => words.some((word) => word.toLowerCase() === text.toLowerCase());
  const yes = style.true ?? usualTrue;
  const no = style.false ?? usualFalse;
  if (is(yes)) return parsed(true);
  if (is(no)) return parsed(false);
  return unreadable(
    `is neither yes (${yes.join(', ')}) nor no (${no.join(', ')})`,
    'Say the words in the mapping: "true": [...], "false": [...].');
}

function choice(text: string, choices: readonly string[]): Parsed<string> {
  const found = choices.find((each) => each.toLowerCase() === text.toLowerCase());
  if (found) return parsed(found);
  const near = nearest(text, choices);
  return unreadable(
    `is none of ${choices.join(', ')}`, near ? didYouMean(text, choices).trim() : 'Map it with "values".');
}
