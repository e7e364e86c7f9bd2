import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../../refusal.ts';
import { type Encoding, type FoundEncoding, damage, decodeFile, findEncoding } from './encoding.ts';
import { type CsvRow, RowReader, type CsvShape } from './rows.ts';
import { type SaidShape, describeShape, findShape } from './shape.ts';

export type CsvOptions = SaidShape & {
  encoding?: Encoding;
  /** Lines that are not blank before the header: titles, notes. */
  skipLines?: number;
  /** The columns' names where the file has no header. */
  columns?: readonly string[];
};

/** A file that was looked at: its form is known, its header is read, its rows can be read as often as one likes. */
export type CsvFile = {
  name: string;
  path: string;
  columns: readonly string[];
  encoding: FoundEncoding;
  shape: CsvShape;
  size: number;
  /** `UTF-8, comma`, with what was found out rather than said. */
  description: string;
  /**
   * Rows behind the header, some hundred at a time. Blank lines are left out, except in files of one column.
   *
   * @throws Refusal when the file has changed since it was looked at
   */
  rows(): AsyncGenerator<CsvRow[]>;
};

const headSize = 128 * 1024;

/** What files are that begin so. */
const otherKinds: readonly (readonly [mark: string, what: string])[] = [
  ['PK\x03\x04', 'a workbook or a ZIP archive: save the sheet as CSV UTF-8, or unpack it'],
  ['\xd0\xcf\x11\xe0', 'an old workbook: save the sheet as CSV'], ['\x1f\x8b', 'packed by gzip: unpack it'],
];

/**
 * Looks at a CSV file.
 *
 * @param wanted  columns that the mapping reads, by which the delimiter is found
 * @throws Refusal what keeps it from being read at all: absent, empty, no text, a header that cannot be read
 */
export async function openCsv(
  filePath: string, options: CsvOptions = {}, wanted: readonly string[] = [],
): Promise<CsvFile> {
  const name = path.basename(filePath);
  const { size, mtimeMs } = await statOf(filePath);
  const head = await readHead(filePath);
  if (head.length === 0) throw new Refusal(`${name} is empty.`);
  const packed = otherKinds.find(([mark]) => head.toString('latin1').startsWith(mark));
  if (packed) throw new Refusal(`${name} is no CSV file but ${packed[1]}.`);
  const encoding = findEncoding(head, options.encoding);
  const text = await firstText(filePath, encoding);
  // Spreadsheets take a first line `sep=;` for the delimiter, and so do the programs that write it for them.
  const separator = /^sep=(.)\r?\n/i.exec(text)?.[1];
  const skipLines = options.skipLines ?? (separator === undefined ? 0 : 1);
  const shape = findShape(text, { delimiter: separator, ...options }, wanted, options.columns ? null : skipLines);
  const { header, rowsBefore } = headerOf(name, text, shape, skipLines, options.columns, encoding);

  return {
    name, path: filePath, columns: header, encoding, shape, size,
    description: [
      `${encoding.encoding.toUpperCase()}${encoding.by === 'mark' ? ' by its mark' : ''}`, describeShape(shape),
    ].join(', '),
    async* rows() {
      const now = await statOf(filePath);
      if (now.size !== size || now.mtimeMs !== mtimeMs) {
        throw new Refusal(`${name} was changed while it was being read: begin anew.`);
      }
      const reader = new RowReader(shape);
      let toSkip = rowsBefore;
      const keep = (rows: CsvRow[]) => {
        const behind = rows.slice(toSkip);
        toSkip = Math.max(0, toSkip - rows.length);
        return header.length > 1 ? behind.filter((row) => !isBlank(row)) : behind;
      };
      for await (const piece of decodeFile(filePath, encoding)) {
        // Nobody said UTF-8 and it is not: then it is something else, and reading on would only spoil the texts.
        if (encoding.by === 'assumed' && piece.includes(damage)) throw notUtf8(name);
        const rows = keep(reader.push(piece));
        if (rows.length > 0) yield rows;
      }
      const rows = keep(reader.end());
      if (rows.length > 0) yield rows;
    },
  };
}

async function statOf(filePath: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    const found = await stat(filePath);
    if (found.isFile()) return found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Refusal(`${filePath} cannot be read: ${(error as Error).message}.`);
    }
  }
  throw new Refusal(`There is no file ${filePath}.`);
}

async function readHead(filePath: string): Promise<Buffer> {
  const file = await open(filePath);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function firstText(filePath: string, encoding: FoundEncoding): Promise<string> {
  let text = '';
  for await (const piece of decodeFile(filePath, encoding)) {
    text += piece;
    if (text.length >= headSize) break;
  }
  return text;
}

function headerOf(
  name: string, text: string, shape: CsvShape, skipLines: number, said: readonly string[] | undefined,
  { encoding, by }: FoundEncoding,
): { header: string[]; rowsBefore: number } {
  if (said) return { header: [...said], rowsBefore: skipLines };
  const reader = new RowReader(shape);
  const rows = [...reader.push(text), ...reader.end()];
  const at = rows.flatMap((row, place) => (isBlank(row) ? [] : [place]))[skipLines];
  const row = at === undefined ? undefined : rows[at];
  if (!row) {
    throw new Refusal(`${name} has no header: ${rows.length === 0 ? 'it is empty' : 'all its lines are blank'}.`);
  }
  const where = `${name}, line ${row.line}: the header`;
  if ((row.problem === undefined ? row.cells.join('') : row.text).includes('\0')) {
    const reason = by === 'mark' ? `, so it is not ${encoding.toUpperCase()} as its mark says` : '';
    throw new Refusal(`${where} holds NUL characters${reason}. `
      + 'If the file is UTF-16 or UTF-32, say so in the mapping: "csv": { "encoding": "utf-16le" }.');
  }
  if (row.problem !== undefined) throw new Refusal(`${where} cannot be read. ${row.problem}`);
  if (row.cells.some((cell) => cell.includes(damage))) {
    throw by === 'assumed' ? notUtf8(name) : new Refusal(`${where} holds bytes that are no ${encoding.toUpperCase()}.`);
  }
  return { header: row.cells.map((cell) => cell.normalize('NFC').trim()), rowsBefore: at! + 1 };
}

function notUtf8(name: string): Refusal {
  return new Refusal(`${name} is not UTF-8. Say its encoding in the mapping, such as `
    + '"csv": { "encoding": "windows-1252" } (or latin1, shift_jis, utf-16le).');
}

function isBlank(row: CsvRow): boolean {
  return row.cells?.length === 1 && row.cells[0] === '';
}
