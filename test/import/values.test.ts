import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/import/suggest.ts';
import { type ValueContext, type ValueStyle, type ValueType, readValue } from '../../src/import/values/read-value.ts';

const context: ValueContext = { timeZone: 'UTC', locale: 'en', currency: 'USD' };

function value(type: ValueType, text: string, style: ValueStyle = {}, where: Partial<ValueContext> = {}): unknown {
  const read = readValue(type, text, style, { ...context, ...where }, ['CALL', 'NOTE']);
  if (!read.ok) return `refused: ${read.reason}`;
  return read.value instanceof Date ? read.value.toISOString() : read.value;
}
const hint = (type: ValueType, text: string, style: ValueStyle = {}) => {
  const read = readValue(type, text, style, context, ['CALL', 'NOTE']);
  return read.ok ? 'fine' : read.suggestion;
};

describe('numbers', () => {
  test.each([
    ['1234.50', {}, '1234.5'], ['-0.25', {}, '-0.25'], ['.5', {}, '0.5'], ['007', {}, '7'], ['+12', {}, '12'],
    ['1.234,50', { decimal: ',', thousands: '.' }, '1234.5'], ['1 234 567', { thousands: ' ' }, '1234567'],
    ['1,00,000', { thousands: ',' }, '100000'], ['0,5', { decimal: ',' }, '0.5'], ['9999999999.20', {}, '9999999999.2'],
    ['1\u202f234,5', { decimal: ',', thousands: ' ' }, '1234.5'],
    ['($1,234.50)', { thousands: ',', strip: ['$'] }, '-1234.5'],
    ['3', { factor: 1000 }, '3000'], ['12.5', { factor: '0.01' }, '0.125'], ['80 pcs', { strip: ['pcs'] }, '80'],
  ])('%s with %j is %s', (text, style, expected) => expect(value('decimal', text, style)).toBe(expected));

  test.each([
    ['1,234', {}], ['1.2.3', {}], ['12,34,5', { thousands: ',' }], ['1234.5', { decimal: ',', thousands: '.' }],
    ['12 EUR', {}],
    ['1.53e4', {}], ['--1', {}], ['٣', {}], ['-', {}], ['1'.repeat(41), {}],
  ])('%s with %j is refused', (text, style) => expect(value('decimal', text, style)).toContain('refused'));

  test('what would make a number of it is suggested', () => {
    expect(hint('decimal', '1,234.50')).toContain('"thousands": ","');
    expect(hint('decimal', '1\u00a0234')).toBe('If " " stands between thousands: "thousands": " ".');
    expect(hint('decimal', 'N/A')).toBe('If it means nothing: "empty": ["N/A"].');
    expect(hint('decimal', '$12')).toBe('If "$" belongs to every number: "strip": ["$"].');
    expect(value('integer', '1.5E+4')).toContain('exponent');
  });

  test('whole numbers are whole, and fit', () => {
    expect(value('integer', '12.0')).toBe(12);
    expect(value('integer', '12.5')).toContain('no whole number');
    expect(value('integer', '12.5', { round: true })).toBe(13);
    expect(value('integer', '2147483648')).toContain('too large');
    expect(value('percent', '40 %')).toBe(40);
    expect(value('percent', '0.4', { factor: 100 })).toBe(40);
  });
});

describe('money', () => {
  test.each([
    ['4514', {}, 'USD', 451_400n], ['1054.5', {}, 'USD', 105_450n],
    ['1100.04', { factor: 1_000_000 }, 'USD', 110_004_000_000n],
    ['$1,234.50', { thousands: ',', strip: ['$'] }, 'USD', 123_450n],
    ['EUR 1.000,00', { decimal: ',', thousands: '.' }, 'EUR', 100_000n],
    ['1200', {}, 'JPY', 1200n], ['1.234', {}, 'KWD', 1234n], ['100', {}, 'HUF', 10_000n], ['-5', {}, 'EUR', -500n],
  ])('%s with %j in %s is %d minor units', (text, style, currency, expected) =>
    expect(value('money', text, style, { currency })).toBe(expected));

  test('fractions of the minor unit are refused, or rounded where the mapping says so', () => {
    expect(value('money', '10.005')).toContain('more than the 2 decimals that USD has');
    expect(value('money', '10.005', { round: true })).toBe(1001n);
    expect(value('money', '-10.005', { round: true })).toBe(-1001n);
    expect(value('money', '99999999999999999999')).toContain('too large');
  });
});

describe('dates', () => {
  test.each([
    ['2017-03-01', {}, '2017-03-01T00:00:00.000Z'], ['2017-03-01 14:05', {}, '2017-03-01T14:05:00.000Z'],
    ['2010-10-14T12:00:00.000Z', {}, '2010-10-14T12:00:00.000Z'],
    ['2023-01-05T10:20:00.000+0200', {}, '2023-01-05T08:20:00.000Z'],
    ['2020-01-01T00:00:00-08', {}, '2020-01-01T08:00:00.000Z'],
    ['31.12.2016', { format: 'dd.MM.yyyy' }, '2016-12-31T00:00:00.000Z'],
    ['7/4/26 3:05 PM', { format: 'M/d/yy h:mm a' }, '2026-07-04T15:05:00.000Z'],
    ['12:30 am 1/2/2020', { format: 'h:mm a d/M/yyyy' }, '2020-02-01T00:30:00.000Z'],
    ['5 Mar 2024', { format: 'd MMM yyyy' }, '2024-03-05T00:00:00.000Z'],
    ['March 5, 2024', { format: ['yyyy-MM-dd', 'MMMM d, yyyy'] }, '2024-03-05T00:00:00.000Z'],
    ['07/15/2009 02:14:45+0800', { format: 'MM/dd/yyyy HH:mm:ssZ' }, '2009-07-14T18:14:45.000Z'],
    ['20240305', { format: 'yyyyMMdd' }, '2024-03-05T00:00:00.000Z'],
    ['2024-02-01 09:12 UTC', {}, '2024-02-01T09:12:00.000Z'],
    ['2024-02-01T09:12:00GMT-8', {}, '2024-02-01T17:12:00.000Z'],
    ['Thu, 01 Feb 2024 09:12:00 +0100', { format: 'EEE, dd MMM yyyy HH:mm:ss Z' }, '2024-02-01T08:12:00.000Z'],
    ['Feb 1, 2024 at 9:12 AM', { format: 'MMM d, yyyy \'at\' h:mm a' }, '2024-02-01T09:12:00.000Z'],
    [
      '7/1/2024 9:12 AM EDT', { format: ['M/d/yyyy h:mm a EST', 'M/d/yyyy h:mm a EDT'], timeZone: 'America/New_York' },
      '2024-07-01T13:12:00.000Z',
    ],
  ])('%s with %j is %s', (text, style, expected) => expect(value('instant', text, style)).toBe(expected));

  test.each([
    '2017-02-29', '2017-13-01', '01.02.2017', '2010-10-14T12:00:00.000Z-0300', '2009-07/14', '12:00',
    '2017-03-01 25:00', '2023-1-5', '44927',
  ])('%s is no date', (text) => expect(value('instant', text)).toContain('refused'));

  test('a day begins at 00:00 in the workspace\'s zone, also where clocks skip that hour', () => {
    expect(value('instant', '2017-07-01', {}, { timeZone: 'Europe/Vienna' })).toBe('2017-06-30T22:00:00.000Z');
    expect(value('instant', '2017-01-01', {}, { timeZone: 'America/New_York' })).toBe('2017-01-01T05:00:00.000Z');
    // Midnight did not exist: clocks went from 23:59:59 to 01:00.
    expect(value('instant', '2018-11-04', {}, { timeZone: 'America/Sao_Paulo' })).toBe('2018-11-04T03:00:00.000Z');
    // It came twice: the first is when the day begins.
    expect(value('instant', '2022-10-30 02:30', {}, { timeZone: 'Europe/Vienna' })).toBe('2022-10-30T00:30:00.000Z');
    expect(value('instant', '1016-10-20', {}, { timeZone: 'Asia/Kathmandu' })).toContain('1016-10-19T18:');
  });

  test('times of another zone are read there, dates stay the workspace\'s', () => {
    expect(value('instant', '2017-03-01 12:00', { timeZone: 'Asia/Tokyo' }, { timeZone: 'Europe/Vienna' }))
      .toBe('2017-03-01T03:00:00.000Z');
    expect(value('instant', '2017-03-01', { timeZone: 'Asia/Tokyo' }, { timeZone: 'Europe/Vienna' }))
      .toBe('2017-02-28T23:00:00.000Z');
  });

  test('a calendar date keeps its day; an instant is the day that the workspace\'s calendars show', () => {
    expect(value('date', '2017-03-01', {}, { timeZone: 'America/New_York' })).toBe('2017-03-01T00:00:00.000Z');
    expect(value('date', '2017-03-01 23:00', {}, { timeZone: 'America/New_York' })).toBe('2017-03-01T00:00:00.000Z');
    expect(value('date', '2017-03-01T02:00:00Z', {}, { timeZone: 'America/New_York' }))
      .toBe('2017-02-28T00:00:00.000Z');
  });

  test.each([
    ['45292', 'excel', '2024-01-01T00:00:00.000Z'], ['45292.604166667', 'excel', '2024-01-01T14:30:00.000Z'],
    ['45292,5', ['dd.MM.yyyy', 'excel'], '2024-01-01T12:00:00.000Z'], ['61', 'excel', '1900-03-01T00:00:00.000Z'],
    ['43830', 'excel1904', '2024-01-01T00:00:00.000Z'], ['1704119400', 'unix', '2024-01-01T14:30:00.000Z'],
    ['1704119400123', 'unixMilliseconds', '2024-01-01T14:30:00.123Z'], ['-86400', 'unix', '1969-12-31T00:00:00.000Z'],
  ])('%s counted by %j is %s', (text, format, expected) => expect(value('instant', text, { format })).toBe(expected));

  test('a spreadsheet counts on the clocks of the zone, and 1970 began at once; a whole day is that day', () => {
    const zone = { timeZone: 'America/New_York' };
    expect(value('instant', '45292.5', { format: 'excel' }, zone)).toBe('2024-01-01T17:00:00.000Z');
    expect(value('instant', '45292.5', { format: 'excel', timeZone: 'UTC' }, zone)).toBe('2024-01-01T12:00:00.000Z');
    expect(value('instant', '1704067200', { format: 'unix' }, zone)).toBe('2024-01-01T00:00:00.000Z');
    expect(value('date', '1704067200', { format: 'unix' }, zone)).toBe('2024-01-01T00:00:00.000Z');
    expect(value('date', '1704070800', { format: 'unix' }, zone)).toBe('2023-12-31T00:00:00.000Z');
  });

  test('numbers that are no date by their format are refused, with the one by which they would be', () => {
    expect(value('date', '45292')).toContain('not a date by ISO 8601');
    expect(hint('date', '45292')).toBe('It would be 2024-01-01 by "format": "excel".');
    expect(value('date', '1704067200000', { format: 'unix' })).toContain('"unix" (seconds since 1970)');
    expect(hint('date', '1704067200000', { format: 'unix' })).toBe(
      'It would be 2024-01-01 by "format": "unixMilliseconds".');
    expect(hint('date', '1704067200', { format: 'excel' })).toBe('It would be 2024-01-01 by "format": "unix".');
    expect(hint('date', '1.70407E+12', { format: 'unixMilliseconds' })).toContain('digits are lost');
    // Seconds that are taken for milliseconds would all be in the first weeks of 1970: no record is from there.
    expect(value('instant', '1704067200', { format: 'unixMilliseconds' })).toContain('would be a time of 1970');
    for (const text of ['60', '2958466', '12-1']) expect(value('date', text, { format: 'excel' })).toContain('refused');
  });

  test('two digits of a year mean one of 1970 to 2069; of what has been, the last such year', () => {
    const [style, latest] = [{ format: 'M/d/yy' }, new Date('2026-01-01')];
    expect([value('date', '8/22/65', style), value('date', '8/22/65', style, { latest })])
      .toEqual(['2065-08-22T00:00:00.000Z', '1965-08-22T00:00:00.000Z']);
    expect(value('instant', '8/22/25', style, { latest })).toBe('2025-08-22T00:00:00.000Z');
    expect(value('date', '2/29/52', style, { latest })).toBe('1952-02-29T00:00:00.000Z');
  });

  test('formats that would fit are suggested', () => {
    expect(hint('instant', '03/10/2024')).toBe('It would fit "format": "dd/MM/yyyy" or "format": "MM/dd/yyyy".');
    expect(hint('date', '13/10/2021')).toContain('"dd/MM/yyyy"');
  });
});

describe('words', () => {
  test.each([
    ['US', 'US'], ['us', 'US'], ['United States', 'US'], ['USA', 'US'], ['Germany', 'DE'], ['Deutschland', 'DE'],
    ['Türkiye', 'TR'], ['Turkey', 'TR'],
  ])('%s is the country %s', (text, code) => expect(value('country', text, {}, { locale: 'de' })).toBe(code));

  test('a name that a withdrawn code has too means the country of today', () => {
    for (const [name, code] of [
      ['Germany', 'DE'], ['Yemen', 'YE'], ['Vietnam', 'VN'], ['Serbia', 'RS'], ['Myanmar (Burma)', 'MM'],
    ] as const) {
      expect(value('country', name)).toBe(code);
    }
    expect(value('country', 'DD')).toContain('no country');
  });

  test('an unknown country is refused, with the one that was meant', () => {
    expect(hint('country', 'Philipines')).toBe('Did you mean Philippines (PH)?');
    expect(value('country', 'ZZ')).toContain('no country');
  });

  test('currencies, choices and yes or no ignore case', () => {
    expect(value('currency', 'eur')).toBe('EUR');
    expect(value('currency', 'Euro')).toContain('no currency');
    expect(value('choice', 'note')).toBe('NOTE');
    expect(hint('choice', 'Nota')).toBe('Did you mean "NOTE"?');
    expect([value('boolean', 'Yes'), value('boolean', '0'), value('boolean', 'aktiv', {
      true: ['Aktiv'], false: ['nein'],
    })]).toEqual([true, false, true]);
    expect(value('boolean', 'maybe')).toContain('neither yes');
  });

  test('text stays as it is, formulas and leading zeros included', () => {
    for (const text of ['=1+1', '+318855443322', '-5', '@SUM(A1)', '00123', '<script>']) {
      expect(value('text', text)).toBe(text);
    }
  });

  test('the nearest word is near', () => {
    expect(nearest('Acount name', ['Account Name', 'Amount'])).toBe('Account Name');
    expect(nearest('emial', ['email', 'phone'])).toBe('email');
    expect(nearest('zebra', ['email', 'phone'])).toBeUndefined();
  });
});
