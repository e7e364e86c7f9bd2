import { appliedMigrations } from '../db/applied-migrations.ts';
import type { Caller } from '../db/caller.ts';
import { readMigrations } from '../db/setup/migration-files.ts';

/** Long enough that a crowd of probes asks the database once, short enough that none is told old news. */
const answerIsGoodForMilliseconds = 500;
const patienceMilliseconds = 2_000;

/** Whether this process should be sent requests: it is not ending, and its database answers and has all migrations. */
export class Readiness {
  readonly #caller: Caller;
  readonly #migrations = readMigrations().map(({ name }) => name);
  #isEnding = false;
  #last: { at: number; isReady: Promise<boolean> } | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** From now on no new requests should come. */
  end(): void {
    this.#isEnding = true;
  }

  async isReady(): Promise<boolean> {
    if (this.#isEnding) return false;
    const now = performance.now();
    if (!this.#last || now - this.#last.at > answerIsGoodForMilliseconds) {
      this.#last = { at: now, isReady: this.#ask() };
    }
    return await this.#last.isReady && !this.#isEnding;
  }

  async #ask(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), patienceMilliseconds);
    });
    // What went wrong is in the log of whoever needed the database; probes learn nothing of it.
    const applied = await Promise.race([appliedMigrations(this.#caller).catch(() => null), patience]);
    clearTimeout(timer);
    return applied !== null && this.#migrations.every((name) => applied.includes(name));
  }
}
