import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { Refusal } from '../../refusal.ts';
import type { PlannedRow } from '../rows/plan-row.ts';
import type { Problem } from '../rows/problem.ts';

const columns = ['file', 'line', 'key', 'outcome', 'column', 'field', 'value', 'code', 'reason', 'suggestion'] as const;
/** What became of it: the row is refused, or came without the value. */
type Outcome = 'REFUSED' | 'NOT_TAKEN';
type Entry = Record<(typeof columns)[number], string | number | null>;

const longestValue = 500;

/**
 * The file that says what is wrong with refused rows, and with values that were not taken, one line for each problem:
 * CSV, or one JSON object on each line where the name ends with `.jsonl`. It is made with the first problem.
 */
export class Report {
  readonly path: string;
  #stream: WriteStream | null = null;
  #failure: Error | null = null;
  #count = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Problems told so far. */
  get count(): number {
    return this.#count;
  }

  /** Why a row is refused; of one that is not, which of its values were not taken. */
  async tell(file: string, { line, key, problems, notTaken }: PlannedRow): Promise<void> {
    if (problems.length > 0) await this.#tellEach(file, line, key, 'REFUSED', problems);
    else await this.#tellEach(file, line, key, 'NOT_TAKEN', notTaken);
  }

  async #tellEach(
    file: string, line: number, key: string | null, outcome: Outcome, problems: readonly Problem[],
  ): Promise<void> {
    for (const { column, field, value, code, reason, suggestion } of problems) {
      const told = value !== null && value.length > longestValue
        ? `${value.slice(0, longestValue)} … (${value.length} characters)` : value;
      await this.#write({
        file, line, key, outcome, column, field, value: told, code, reason, suggestion: suggestion ?? null,
      });
    }
  }

  async close(): Promise<void> {
    if (!this.#stream) return;
    this.#stream.end();
    await finished(this.#stream).catch((error: Error) => { this.#failure ??= error; });
    this.#check();
  }

  async #write(entry: Entry): Promise<void> {
    this.#check();
    this.#stream ??= this.#open();
    this.#count += 1;
    const text = this.path.endsWith('.jsonl') ? JSON.stringify(entry)
      : columns.map((name) => cell(entry[name])).join(',');
    if (!this.#stream.write(`${text}\n`)) await once(this.#stream, 'drain');
  }

  #open(): WriteStream {
    const stream = createWriteStream(this.path);
    stream.on('error', (error) => {
      this.#failure ??= error;
      stream.emit('drain');
    });
    // With the mark, spreadsheets read it as UTF-8.
    if (!this.path.endsWith('.jsonl')) stream.write(`\uFEFF${columns.join(',')}\n`);
    return stream;
  }

  #check(): void {
    if (this.#failure) throw new Refusal(`The report ${this.path} cannot be written: ${this.#failure.message}.`);
  }
}

/** A spreadsheet that opens the report must take no cell for a formula: such texts get an apostrophe before them. */
function cell(value: string | number | null): string {
  const text = String(value ?? '').replaceAll('\0', '\u2400').replaceAll('\uFDD0', '\uFFFD');
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
