/** Where progress is told: a terminal that can take a line back, or a log that cannot. */
export type ProgressOutput = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const terminalMilliseconds = 100;
const logMilliseconds = 5_000;

/** Tells how far an import is: on a terminal in one line that changes, elsewhere in a line every few seconds. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #toldAt = 0;
  #isLineOpen = false;
  #startedAt = 0;
  #what = '';
  #total: number | null = null;

  constructor(output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  /** A line of its own. */
  say(line: string): void {
    this.#clear();
    this.#output.write(`${line}\n`);
  }

  /** A new stretch of work; `total` where it is known. */
  begin(what: string, total: number | null = null): void {
    this.#what = what;
    this.#total = total;
    this.#startedAt = this.#now();
    this.#toldAt = this.#startedAt;
  }

  at(done: number): void {
    const now = this.#now();
    if (now - this.#toldAt < (this.#output.isTTY ? terminalMilliseconds : logMilliseconds)) return;
    this.#toldAt = now;
    const of = this.#total === null ? ''
      : ` of ${number(this.#total)} (${Math.floor((100 * done) / Math.max(1, this.#total))} %)`;
    const line = `  ${this.#what}: ${number(done)}${of}, ${number(this.rate(done))} rows/s`;
    if (!this.#output.isTTY) {
      this.#output.write(`${line}\n`);
      return;
    }
    this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
    this.#isLineOpen = true;
  }

  /** Rows in a second since the stretch began. */
  rate(done: number): number {
    return Math.round((1000 * done) / Math.max(1, this.#now() - this.#startedAt));
  }

  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#isLineOpen) this.#output.write('\r\u001b[K');
    this.#isLineOpen = false;
  }
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}
