import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvRow, type CsvShape, RowReader } from '../../src/import/csv/rows.ts';

const usual: CsvShape = {
  delimiter: ',', quote: '"', escape: '"', isLenient: false, skipsSpaces: false, comment: null,
};

function read(text: string, shape: Partial<CsvShape> = {}, pieceLength = text.length): CsvRow[] {
  const reader = new RowReader({ ...usual, ...shape });
  const rows: CsvRow[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, pieceLength)) {
    rows.push(...reader.push(text.slice(at, at + pieceLength)));
  }
  return [...rows, ...reader.end()];
}

const cells = (text: string, shape: Partial<CsvShape> = {}) => read(text, shape).map((row) => row.cells ?? row.problem);

test('rows end with any line end, also mixed, and with the text', () => {
  expect(read('a,b\r\n1,2\n3,4\r5,6')).toEqual([
    { line: 1, cells: ['a', 'b'] }, { line: 2, cells: ['1', '2'] }, { line: 3, cells: ['3', '4'] },
    { line: 4, cells: ['5', '6'] },
  ]);
  expect(cells('a\n')).toEqual([['a']]);
  expect(cells('')).toEqual([]);
  expect(cells('a,\n,')).toEqual([['a', ''], ['', '']]);
});

test('quoted cells hold delimiters, doubled quotes and line ends, which count as lines once', () => {
  expect(read('"x\r\ny\nz","a ""b"", c"\r\n1,2')).toEqual([
    { line: 1, cells: ['x\r\ny\nz', 'a "b", c'] }, { line: 4, cells: ['1', '2'] },
  ]);
});

test('a backslash may escape quotes, and any character or none may quote', () => {
  expect(cells('345|"text\\"2\\\\"|\\n', { delimiter: '|', escape: '\\' })).toEqual([['345', 'text"2\\', '\\n']]);
  expect(cells('\'te,\'\'xt\',1', { quote: '\'', escape: '\'' })).toEqual([['te,\'xt', '1']]);
  expect(cells('"a,b"', { quote: null })).toEqual([['"a', 'b"']]);
  expect(cells('a||"b||c"|||d', { delimiter: '||' })).toEqual([['a', 'b||c', '|d']]);
});

test('comment lines are no rows and count as lines', () => {
  expect(read('# one\na,#b\n#c', { comment: '#' })).toEqual([{ line: 2, cells: ['a', '#b'] }]);
});

test('a quote in the wrong place costs its own row, and the next one is read', () => {
  expect(read('a,b\n1,Say "x" now\n3,4\n5,"Hey, "x" y"\n7,8')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    {
      line: 2, lastLine: 2, text: '1,Say "x" now',
      problem: expect.stringContaining('in the middle of "Say \\"x\\" now"'),
    },
    { line: 3, cells: ['3', '4'] },
    {
      line: 4, lastLine: 4, text: '5,"Hey, "x" y"',
      problem: expect.stringContaining('neither ends its cell nor is it doubled'),
    },
    { line: 5, cells: ['7', '8'] },
  ]);
});

test('a broken quote in the first cell costs no other row', () => {
  const text = `id,name\n1,a\n"2"x,b\n${Array.from({ length: 998 }, (_, at) => `${at + 3},c`).join('\n')}\n`;
  expect(read(text).filter((row) => row.cells)).toHaveLength(1_000);
});

test('a quote that is never closed is told with the line where it opens, and all lines behind it', () => {
  expect(read('1,2\n3,"x\n5,6\n7,8\n')).toEqual([
    { line: 1, cells: ['1', '2'] },
    { line: 2, lastLine: 4, text: '3,"x\n5,6\n7,8', problem: expect.stringContaining('never closed') },
  ]);
});

test('a cell longer than eight million characters ends the reading', () => {
  const rows = read(`1,2\n3,"${'x'.repeat(9_000_000)}\n5,6`, {}, 100_000);
  expect(rows).toMatchObject([{ line: 1 }, { line: 2, problem: expect.stringContaining('not read any further') }]);
});

test('where the mapping allows it, misplaced quotes are characters', () => {
  expect(cells('37°37.8"N,"a "b" c"\n1,2', { isLenient: true })).toEqual([['37°37.8"N', 'a "b" c'], ['1', '2']]);
});

test('where the mapping says so, spaces behind delimiters belong to no cell', () => {
  expect(cells('1, "a ""b"" c", d e ', { skipsSpaces: true })).toEqual([['1', 'a "b" c', 'd e ']]);
});

const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n', ' ', 'é', '🎁', '\0'), maxLength: 6 });
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

const written = (value: string, isQuoted: boolean) =>
  (isQuoted || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

test('every well-formed text is read back as it was written, in pieces of any length, as csv-parse reads it', () => {
  fc.assert(fc.property(table, lineEnd, fc.boolean(), fc.integer({ min: 1, max: 9 }), (
    rows, end, isQuoted, pieceLength,
  ) => {
    const text = rows.map((row) => row.map((value) => written(value, isQuoted)).join(',')).join(end) + end;
    expect(read(text, {}, pieceLength).map((row) => row.cells)).toEqual(rows);
    expect(parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] })).toEqual(rows);
  }), { numRuns: 500 });
});

test('no text whatsoever makes the reader throw, lose its place, or read differently in pieces', () => {
  fc.assert(fc.property(fc.string({
    unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\\'), maxLength: 40,
  }), fc.integer({ min: 1, max: 5 }), (text, length) => {
    const whole = read(text);
    expect(read(text, {}, length)).toEqual(whole);
    const lastLines = whole.map((row) => (row.cells ? row.line : row.lastLine));
    expect(whole.every((row, at) => at === 0 || row.line > lastLines[at - 1]!)).toBe(true);
  }), { numRuns: 1_000 });
});
