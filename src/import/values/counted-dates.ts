import type { LocalTime } from './time-zone.ts';

/*
 * Dates that are a number of days, seconds or milliseconds since a beginning. A number says nothing of which it is, so
 * the mapping names it as the `format`; nothing is guessed.
 */

/** A date that was counted: a place's clock where `offset` is null, as in a spreadsheet; otherwise an instant. */
export type CountedDate = LocalTime & { hasTime: boolean; offset: number | null };

type Counting = { unit: number; from: number; offset: number | null; whole?: true; what: string };

const day = 86_400_000;
// Spreadsheets count 29 February 1900, which never was: their day 0 is one earlier than day 61 and later need it.
const countings: Record<string, Counting> = {
  excel: { unit: day, from: Date.UTC(1899, 11, 30), offset: null, what: 'a spreadsheet\'s number of a day' },
  excel1904: { unit: day, from: Date.UTC(1904, 0, 1), offset: null, what: 'a spreadsheet\'s number of a day' },
  unix: { unit: 1000, from: 0, offset: 0, what: 'seconds since 1970' },
  unixMilliseconds: { unit: 1, from: 0, offset: 0, whole: true, what: 'milliseconds since 1970' },
};
/** The names that a `format` can be, besides patterns. */
export const countedFormats = Object.keys(countings);

const earliest = Date.UTC(1900, 2, 1);
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The date that a text counts by this format; null where it is no such number, or none of a date that can be. */
export function readCounted(format: string, text: string): CountedDate | null {
  const { unit, from, offset, whole } = countings[format]!;
  if (!(whole ? /^-?\d{1,15}$/ : /^-?\d{1,12}(?:[.,]\d+)?$/).test(text)) return null;
  const counted = Number(text.replace(',', '.')) * unit;
  // A day's fraction is a time of the day, to the second.
  const at = new Date(from + (unit === day ? Math.round(counted / 1000) * 1000 : Math.round(counted)));
  if (!(at.getTime() >= earliest && at.getTime() <= latest)) return null;
  return {
    year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), hour: at.getUTCHours(),
    minute: at.getUTCMinutes(), second: at.getUTCSeconds(), millisecond: at.getUTCMilliseconds(),
    // Midnight is a whole day: so systems write dates that have no time.
    hasTime: at.getTime() % day !== 0, offset,
  };
}

/** What a format counts, for a person; undefined where it is a pattern. */
export function describeCounted(format: string): string | undefined {
  return countings[format]?.what;
}

/** For a number where a date belongs: what it would be, by the formats that it would look usual in. */
export function countedHint(text: string, formats: readonly string[]): string | undefined {
  if (/^-?\d+([.,]\d+)?[eE]\+?\d+$/.test(text)) {
    return 'A spreadsheet has shortened the number, so digits are lost: export the column as plain digits.';
  }
  const others = ['excel', 'unix', 'unixMilliseconds'].filter((format) => !formats.includes(format));
  const hints = others.flatMap((format) => {
    const found = readCounted(format, text);
    return found && found.year >= 1950 && found.year < 2100 && !isShort(format, text)
      ? [`${[found.year, found.month, found.day].map((part) => String(part).padStart(2, '0')).join('-')} by "format": `
        + `"${format}"`] : [];
  });
  return hints.length === 0 ? undefined : `It would be ${hints.join(', or ')}.`;
}

/** Small numbers would be times about 1970 in whatever unit. */
function isShort(format: string, text: string): boolean {
  const digits = /^\d+/.exec(text)?.[0].length ?? 0;
  return (format === 'unix' && digits < 9) || (format === 'unixMilliseconds' && digits < 12);
}
