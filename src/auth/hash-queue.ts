/** There is more to do than can be done in good time; the API answers OVERLOADED, and trying again later is right. */
export class OverloadedError extends Error {
  override name = 'OverloadedError';
}

/**
 * Lets a bounded number of tasks run at once and a bounded number wait, so that a flood of sign-ins neither takes the
 * machine from everybody else nor piles up until nobody waits for the answers any more.
 */
export class HashQueue {
  readonly #parallel: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: { parallel: number; waiting: number }) {
    this.#parallel = limits.parallel;
    this.#maxWaiting = limits.waiting;
  }

  /** @throws OverloadedError at once, when the places to wait are taken */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#parallel) {
      this.#running += 1;
    } else {
      if (this.#waiting.length >= this.#maxWaiting) throw new OverloadedError('Too many passwords wait to be hashed.');
      // Whoever ends hands his place over, so that nobody who comes in between can take it.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
