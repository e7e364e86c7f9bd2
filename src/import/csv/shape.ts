import { type CsvRow, type CsvShape, RowReader } from './rows.ts';

/** What a mapping says about a file's form; what it leaves open is found out and told. */
export type SaidShape = {
  delimiter?: string;
  quote?: string | null;
  escape?: string;
  lenientQuotes?: boolean;
  skipSpaces?: boolean;
  comment?: string;
};

const delimiters = [',', ';', '\t', '|'];
const quotes = ['"', "'"];

/**
 * The form under which the file is read best. With a header: the one that shows most of the columns wanted, and where
 * that is equal, most columns. Without: the one under which rows have most cells and agree in their number. The usual
 * quote is given up only for one that shows more.
 *
 * @param head  the beginning of the file, of which the last line may be cut
 * @param wanted  columns that the mapping reads
 * @param headerAt  which line that is not blank holds the header, from 0; null without a header
 */
export function findShape(head: string, said: SaidShape, wanted: readonly string[], headerAt: number | null): CsvShape {
  let best: { shape: CsvShape; found: number; width: number } | undefined;
  for (const quote of said.quote === undefined ? quotes : [said.quote]) {
    for (const delimiter of said.delimiter === undefined ? delimiters : [said.delimiter]) {
      const shape = {
        delimiter, quote, escape: said.escape ?? quote ?? '"', isLenient: said.lenientQuotes ?? false,
        skipsSpaces: said.skipSpaces ?? false, comment: said.comment ?? null,
      };
      const rows = rowsOf(head, shape);
      const score = headerAt === null ? agreement(rows) : headerScore(rows[headerAt], wanted);
      const isWider = score.width > (best?.width ?? 0) && (quote === best?.shape.quote || headerAt === null);
      if (!best || score.found > best.found || (score.found === best.found && isWider)) best = { shape, ...score };
    }
  }
  return best!.shape;
}

function rowsOf(head: string, shape: CsvShape): CsvRow[] {
  const reader = new RowReader(shape);
  return [...reader.push(head), ...reader.end()].filter((row) => !row.cells || row.cells.some((cell) => cell !== ''));
}

function headerScore(row: CsvRow | undefined, wanted: readonly string[]): { found: number; width: number } {
  const cells = row?.cells?.map((cell) => cell.trim()) ?? [];
  return { found: wanted.filter((column) => cells.includes(column)).length, width: cells.length };
}

/** Without a header, a comma in a text must not look like a delimiter. */
function agreement(rows: CsvRow[]): { found: number; width: number } {
  const width = rows[0]?.cells?.length ?? 0;
  const whole = rows.length > 1 ? rows.slice(0, -1) : rows;
  const agreeing = whole.filter((row) => row.cells?.length === width).length;
  return { found: 0, width: agreeing >= whole.length * 0.8 ? width : 0 };
}

const names: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };

/** For people: `UTF-8, semicolon`, and the quote where it is not the usual one. */
export function describeShape({ delimiter, quote }: CsvShape): string {
  const quoted = quote === '"' ? '' : quote === null ? ', no quotes' : `, quoted by ${quote}`;
  return `${names[delimiter] ?? JSON.stringify(delimiter)}${quoted}`;
}
