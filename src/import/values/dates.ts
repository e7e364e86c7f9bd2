import { countedFormats, countedHint, describeCounted, readCounted } from './counted-dates.ts';
import { type LocalTime, dateIn, instantIn } from './time-zone.ts';
import { type Parsed, emptyHint, parsed, unreadable } from './value.ts';

/** How dates are written. */
export type DateStyle = {
  /** Patterns such as `dd.MM.yyyy HH:mm`, or what is counted (`excel`), the first that fits; ISO 8601 unless said. */
  format?: string | readonly string[];
  /** Where clocks showed the times that name no offset; the workspace's zone unless said. */
  timeZone?: string;
};

type Written = LocalTime
  & {
    hasTime: boolean; /** Minutes ahead of UTC; null when the text names none. */ offset: number | null;
    /** Whether two digits stood for the year. */
    isShortYear?: boolean;
  };
type Reader = (text: string) => Written | null;

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const longMonthNames = [
  'january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november',
  'december',
];

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** `Z`, `UTC`, `+02:00`, `+0200`, `+02`, `GMT+2`. */
const offsetPattern = 'Z|(?:UTC|GMT)(?:[+-]\\d{1,2}(?::?\\d{2})?)?|[+-]\\d{2}(?::?\\d{2})?';

/** What a pattern may be made of: how it looks in a text. Longer ones first, so that `MMM` is not read as `MM`, `M`. */
const dateTokens: Record<string, string> = {
  yyyy: '(?<year>\\d{4})', yy: '(?<shortYear>\\d{2})', MMMM: `(?<longMonth>${longMonthNames.join('|')})`,
  MMM: `(?<shortMonth>${monthNames.join('|')})`, MM: '(?<month>\\d{2})', M: '(?<month>\\d{1,2})', dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})', H: '(?<hour>\\d{1,2})', hh: '(?<hour12>\\d{2})', h: '(?<hour12>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})', SSS: '(?<fraction>\\d{3})', a: '(?<half>[ap]\\.?m\\.?)', Z: `(?<offset>${offsetPattern})`,
  EEEE: `(?:${weekdayNames.join('|')})`, EEE: `(?:${weekdayNames.map((name) => name.slice(0, 3)).join('|')})`,
};
/** Text in apostrophes stands for itself, as everything does that is no token. */
const tokenPattern = new RegExp(
  `'[^']*'|${Object.keys(dateTokens).sort((a, b) => b.length - a.length).join('|')}`, 'g');

const iso = new RegExp('^(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})(?:[T ](?<hour>\\d{2}):(?<minute>\\d{2})'
  + '(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d{1,9}))?)?\\s?(?<offset>' + offsetPattern + ')?)?$', 'i');

const readers = new Map<string, Reader>([
  ['', (text) => written(iso.exec(text)?.groups)],
  ...countedFormats.map((format): [string, Reader] => [format, (text) => readCounted(format, text)]),
]);

/** An instant. A date without a time is 00:00 of that day. */
export function parseInstant(text: string, style: DateStyle, workspaceZone: string, latest?: Date): Parsed<Date> {
  const found = read(text, style, latest);
  if (!found) return notADate(text, style);
  const formats = [style.format ?? []].flat();
  if (formats.includes('unixMilliseconds') && /^\d{9,10}$/.test(text)) {
    return unreadable('would be a time of 1970 as milliseconds', countedHint(text, formats));
  }
  if (found.offset === null) {
    return parsed(instantIn(found.hasTime ? style.timeZone ?? workspaceZone : workspaceZone, found));
  }
  const { offset, ...local } = found;
  return parsed(new Date(instantIn('UTC', local).getTime() - offset * 60_000));
}

/** A calendar date, as midnight UTC of it. An instant is the date that the workspace's calendars show then. */
export function parseDate(text: string, style: DateStyle, workspaceZone: string, latest?: Date): Parsed<Date> {
  const found = read(text, style, latest);
  if (!found) return notADate(text, style);
  const isInstant = found.hasTime && (found.offset !== null || style.timeZone !== undefined);
  if (!isInstant) return parsed(new Date(Date.UTC(found.year, found.month - 1, found.day)));
  const instant = parseInstant(text, style, workspaceZone, latest) as { value: Date };
  const { year, month, day } = dateIn(workspaceZone, instant.value);
  return parsed(new Date(Date.UTC(year, month - 1, day)));
}

/** Whether a pattern names a day, a month and a year, each once; or it is the name of what is counted. */
export function isDateFormat(format: string): boolean {
  if (countedFormats.includes(format)) return true;
  const tokens = (format.match(tokenPattern) ?? []).filter((token) => !token.startsWith('\''));
  return ['d', 'M', 'y'].every((letter) => tokens.filter((token) => token.startsWith(letter)).length === 1)
    && new Set(tokens.map((token) => token[0])).size === tokens.length;
}

function read(text: string, { format = '' }: DateStyle, latest?: Date): Written | null {
  for (const each of typeof format === 'string' ? [format] : format) {
    const found = readerOf(each)(text);
    if (found) return latest && found.isShortYear ? notAfter(latest, found) : found;
  }
  return null;
}

/** Two digits of the year of something that has been: a birthday in 62 was in 1962. */
function notAfter(latest: Date, found: Written): Written | null {
  if (Date.UTC(found.year, found.month - 1, found.day) <= latest.getTime()) return found;
  const earlier = { ...found, year: found.year - 100 };
  return isReal(earlier) ? earlier : null;
}

function readerOf(format: string): Reader {
  let reader = readers.get(format);
  if (!reader) {
    let source = '';
    let at = 0;
    for (const match of format.matchAll(tokenPattern)) {
      source += escaped(format.slice(at, match.index)) + (dateTokens[match[0]] ?? escaped(match[0].slice(1, -1)));
      at = match.index + match[0].length;
    }
    const pattern = new RegExp(`^${source}${escaped(format.slice(at))}$`, 'i');
    reader = (text) => written(pattern.exec(text)?.groups);
    readers.set(format, reader);
  }
  return reader;
}

function escaped(text: string): string {
  // A space may be one that breaks no line: some programs write it before AM and PM.
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replace(/ +/g, '\\s+');
}

function written(groups: Record<string, string | undefined> | undefined): Written | null {
  if (!groups) return null;
  const number = (name: string) => Number(groups[name] ?? 0);
  const { shortYear, longMonth, shortMonth, hour12, half, offset, fraction } = groups;
  const found = {
    // Two digits mean the years around now, as spreadsheets take them: 1970 to 2069.
    year: shortYear === undefined ? number('year') : (Number(shortYear) < 70 ? 2000 : 1900) + Number(shortYear),
    month: longMonth ? longMonthNames.indexOf(longMonth.toLowerCase()) + 1
      : shortMonth ? monthNames.indexOf(shortMonth.toLowerCase()) + 1 : number('month'),
    day: number('day'),
    hour: hour12 === undefined ? number('hour')
      : (Number(hour12) % 12) + (half?.toLowerCase().startsWith('p') ? 12 : 0),
    minute: number('minute'), second: number('second'),
    millisecond: fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000),
    hasTime: groups.hour !== undefined || hour12 !== undefined, isShortYear: shortYear !== undefined,
    offset: offset === undefined ? null : minutesOf(offset),
  };
  return isReal(found) && (hour12 === undefined || (Number(hour12) >= 1 && Number(hour12) <= 12)) ? found : null;
}

function minutesOf(offset: string): number {
  const [, sign, hours = '0', minutes = '0'] = /(?:([+-])(\d{1,2}):?(\d{2})?)?$/.exec(offset)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** No 31 April, no hour 25. */
function isReal({ year, month, day, hour, minute, second, offset }: Written): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60
    && second < 60
    && (offset === null || Math.abs(offset) <= 14 * 60);
}

function notADate(text: string, { format }: DateStyle): ReturnType<typeof unreadable> {
  const expected = format === undefined || format === ''
    ? 'a date by ISO 8601, such as 2026-01-31'
    : `a date written as ${[format].flat().map(describeFormat).join(' or ')}`;
  return unreadable(`is not ${expected}`, countedHint(text, [format ?? []].flat()) ?? dateHint(text));
}

function describeFormat(format: string): string {
  const counted = describeCounted(format);
  return counted ? `"${format}" (${counted})` : `"${format}"`;
}

const commonDays = [
  'yyyy-MM-dd', 'dd.MM.yyyy', 'd.M.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy', 'd/M/yyyy', 'M/d/yyyy', 'dd-MM-yyyy',
  'MM-dd-yyyy',
  'yyyy/MM/dd', 'yyyy.MM.dd', 'd MMM yyyy', 'MMM d, yyyy', 'd MMMM yyyy', 'MMMM d, yyyy', 'yyyyMMdd', 'EEE, d MMM yyyy',
  'M/d/yy', 'd/M/yy', 'd.M.yy',
];
const commonTimes = [
  '', ' HH:mm', ' HH:mm:ss', ' H:mm', ' H:mm:ss', ' h:mm a', ' h:mm:ss a', ', h:mm a', ', h:mm:ss a', ', HH:mm',
  ' HH:mm Z', ' HH:mm:ssZ', ' HH:mm:ss Z',
  ' h:mm a Z', 'THH:mm:ssZ', ' \'at\' h:mm a', ' \'at\' H:mm',
];

/** Patterns under which the text would be a date, for a mapping that has none of them. */
function dateHint(text: string): string | undefined {
  const fitting = commonDays.flatMap((day) => commonTimes.map((time) => day + time))
    .filter((format) => readerOf(format)(text));
  const hints = fitting.slice(0, 2).map((format) => `"format": "${format}"`);
  if (hints.length > 0) return `It would fit ${hints.join(' or ')}.`;
  const zone = /\b[A-Z]{2,5}$/.exec(text)?.[0];
  if (zone && /\d/.test(text)) {
    return `The format takes the letters of a zone as they are ("M/d/yyyy h:mm a ${zone}"), `
      + 'and "timeZone" says which it is.';
  }
  return emptyHint(text);
}
