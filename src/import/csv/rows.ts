import { damage } from './encoding.ts';

export type CsvShape = {
  delimiter: string;
  /** Null where no character quotes cells. */
  quote: string | null;
  /** The character before a quote that belongs to the cell; usually the quote itself. */
  escape: string;
  /** A quote in the wrong place is kept as a character, instead of refusing the row. */
  isLenient: boolean;
  /** Spaces behind a delimiter belong to no cell. */
  skipsSpaces: boolean;
  /** Lines that begin with this are no rows. */
  comment: string | null;
};

export type CsvRow = { line: number; cells: string[]; problem?: undefined } | UnreadableRow;
/** Lines that could not be told apart into cells. */
export type UnreadableRow = {
  line: number; lastLine: number; problem: string; text: string; cells?: undefined;
};

/** A cell that runs longer than this is taken for a quote that somebody forgot to close. */
const maxRowLength = 8 * 1024 * 1024;

const neverClosed = 'A quote that opens here is never closed: everything behind it belongs to one cell.';

const tooLong = `A quote that opens here is not closed within ${maxRowLength} characters: `
  + 'the file is not read any further.';

type Attempt =
  | { kind: 'row'; cells: string[]; next: number }
  | { kind: 'unreadable'; problem: string; next: number }
  | { kind: 'unfinished' };

type QuotedCell =
  | { kind: 'cell'; value: string; next: number }
  | { kind: 'misplaced'; at: number }
  | { kind: 'open' }
  | { kind: 'unfinished' };

/**
 * Tells text apart into rows of cells, by RFC 4180, with any mixture of line ends. What cannot be read is told with its
 * lines, and reading goes on behind the line where it was noticed: no row is guessed, and none is lost in silence.
 *
 * Ours, because csv-parse takes the rest of the file for one cell after a broken quote in a row's first one, and counts
 * CRLF within quotes twice (docs/decisions/0010); test/import/csv-rows.test.ts compares the two on everything
 * well-formed.
 */
export class RowReader {
  readonly #shape: CsvShape;
  #text = '';
  #line = 1;
  /** Not worth trying again before there is as much text. */
  #waitFor = 0;
  #isOver = false;

  constructor(shape: CsvShape) {
    this.#shape = shape;
  }

  /** Rows that are complete with this piece of text. A blank line is a row of one empty cell. */
  push(text: string): CsvRow[] {
    if (this.#isOver) return [];
    this.#text += text;
    return this.#text.length < this.#waitFor ? [] : this.#read(false);
  }

  /** The rows that are left when the text is over. */
  end(): CsvRow[] {
    return this.#isOver ? [] : this.#read(true);
  }

  #read(isEnd: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    let at = 0;
    while (at < this.#text.length) {
      const comment = this.#shape.comment;
      if (comment && this.#text.startsWith(comment, at)) {
        const next = this.#lineAfter(at, isEnd);
        if (next === null) break;
        this.#line += 1;
        at = next;
        continue;
      }
      const attempt = this.#attempt(at, isEnd);
      if (attempt.kind === 'unfinished') {
        if (this.#text.length - at > maxRowLength) {
          rows.push(this.#unreadable(at, this.#text.length, tooLong));
          this.#isOver = true;
          at = this.#text.length;
        }
        break;
      }
      if (attempt.kind === 'row') rows.push({ line: this.#line, cells: attempt.cells });
      else rows.push(this.#unreadable(at, attempt.next, attempt.problem));
      this.#line += lineEndsIn(this.#text, at, attempt.next);
      at = attempt.next;
    }
    this.#text = this.#text.slice(at);
    this.#waitFor = Math.min(this.#text.length * 2, maxRowLength + 1);
    return rows;
  }

  #unreadable(from: number, to: number, problem: string): UnreadableRow {
    const text = this.#text.slice(from, Math.min(to, from + 200)).replace(/[\r\n]+$/, '').replaceAll(damage, '\uFFFD');
    const lastLine = this.#line + lineEndsIn(this.#text, from, to) - (/[\r\n]/.test(this.#text[to - 1] ?? '') ? 1 : 0);
    return { line: this.#line, lastLine: Math.max(lastLine, this.#line), problem, text };
  }

  /** Where the next line begins; null when that is not known yet. */
  #lineAfter(from: number, isEnd: boolean): number | null {
    for (let at = from; at < this.#text.length; at += 1) {
      const length = this.#lineEnd(at, isEnd);
      if (length === null) return null;
      if (length > 0) return at + length;
    }
    return isEnd ? this.#text.length : null;
  }

  /** The length of the line end here, 0 for none, null when the next piece of text decides. */
  #lineEnd(at: number, isEnd: boolean): number | null {
    const code = this.#text.charCodeAt(at);
    if (code === 10) return 1;
    if (code !== 13) return 0;
    if (at + 1 >= this.#text.length) return isEnd ? 1 : null;
    return this.#text.charCodeAt(at + 1) === 10 ? 2 : 1;
  }

  #attempt(from: number, isEnd: boolean): Attempt {
    const { delimiter, quote, skipsSpaces } = this.#shape;
    const text = this.#text;
    const quoteCode = quote === null ? -1 : quote.charCodeAt(0);
    const cells: string[] = [];
    for (let at = from; ;) {
      if (skipsSpaces) while (text.charCodeAt(at) === 32) at += 1;
      if (at < text.length && text.charCodeAt(at) === quoteCode) {
        const cell = this.#quotedCell(at, isEnd);
        if (cell.kind === 'unfinished') return cell;
        if (cell.kind === 'open') return { kind: 'unreadable', next: text.length, problem: neverClosed };
        if (cell.kind === 'misplaced') {
          const behind = excerpt(text, cell.at + 1);
          return this.#refuse(cell.at, isEnd, `The quote before ${behind} neither ends its cell nor is it doubled.`);
        }
        cells.push(cell.value);
        at = cell.next;
      } else {
        const { next, quoteAt } = this.#plainCell(at);
        if (quoteAt !== -1) {
          return this.#refuse(quoteAt, isEnd, `A quote stands in the middle of ${excerpt(text, at)}: `
            + 'the whole cell must be quoted, and the quote doubled.');
        }
        cells.push(text.slice(at, next));
        at = next;
      }
      if (at >= text.length) return isEnd ? { kind: 'row', cells, next: at } : { kind: 'unfinished' };
      if (text.startsWith(delimiter, at)) {
        at += delimiter.length;
        continue;
      }
      const lineEnd = this.#lineEnd(at, isEnd);
      return lineEnd === null ? { kind: 'unfinished' } : { kind: 'row', cells, next: at + lineEnd };
    }
  }

  /** Where a cell without quotes ends, and where a quote stands in it that ought not to (-1 for nowhere). */
  #plainCell(from: number): { next: number; quoteAt: number } {
    const { delimiter, quote, isLenient } = this.#shape;
    const text = this.#text;
    const delimiterCode = delimiter.charCodeAt(0);
    const quoteCode = quote === null || isLenient ? -1 : quote.charCodeAt(0);
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10 || code === 13) return { next: at, quoteAt: -1 };
      if (code === delimiterCode && text.startsWith(delimiter, at)) return { next: at, quoteAt: -1 };
      if (code === quoteCode) return { next: at, quoteAt: at };
    }
    return { next: text.length, quoteAt: -1 };
  }

  #quotedCell(from: number, isEnd: boolean): QuotedCell {
    const { delimiter, isLenient } = this.#shape;
    const quote = this.#shape.quote!;
    const escape = this.#shape.escape;
    const text = this.#text;
    let value = '';
    let start = from + 1;
    for (let at = start; ;) {
      const quoteAt = text.indexOf(quote, at);
      const escapeAt = escape === quote ? -1 : text.indexOf(escape, at);
      if (escapeAt !== -1 && (quoteAt === -1 || escapeAt < quoteAt)) {
        if (escapeAt + 1 >= text.length) return isEnd ? { kind: 'open' } : { kind: 'unfinished' };
        const isEscaped = text[escapeAt + 1] === quote || text[escapeAt + 1] === escape;
        if (isEscaped) {
          value += text.slice(start, escapeAt);
          start = escapeAt + 1;
        }
        at = escapeAt + 2;
        continue;
      }
      if (quoteAt === -1) return isEnd ? { kind: 'open' } : { kind: 'unfinished' };
      const next = quoteAt + 1;
      if (next >= text.length && !isEnd) return { kind: 'unfinished' };
      if (escape === quote && text[next] === quote) {
        value += text.slice(start, next);
        start = at = next + 1;
        continue;
      }
      // A delimiter of several characters may still be on its way.
      if (!isEnd && next + delimiter.length > text.length) return { kind: 'unfinished' };
      const code = text.charCodeAt(next);
      if (next >= text.length || code === 10 || code === 13 || text.startsWith(delimiter, next)) {
        return { kind: 'cell', value: value + text.slice(start, quoteAt), next };
      }
      if (!isLenient) return { kind: 'misplaced', at: quoteAt };
      at = next;
    }
  }

  #refuse(noticedAt: number, isEnd: boolean, problem: string): Attempt {
    const next = this.#lineAfter(noticedAt, isEnd);
    return next === null ? { kind: 'unfinished' } : { kind: 'unreadable', problem, next };
  }
}

function lineEndsIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) count += 1;
  }
  return count;
}

function excerpt(text: string, from: number): string {
  const rest = text.slice(from, from + 20).split(/[\r\n]/)[0]!;
  return rest === '' ? 'the line end' : JSON.stringify(rest.replaceAll(damage, '\uFFFD'));
}
