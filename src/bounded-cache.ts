type Bounds = {
  entries: number;
  /** The sum of the entries' weights, such as characters. */
  weight?: number;
  lifetimeMilliseconds?: number;
};

/** Keeps what was used last, within bounds: callers decide neither how much memory is held nor for how long. */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, { value: Value; weight: number; keptUntil: number }>();
  readonly #bounds: Required<Bounds>;
  #weight = 0;

  constructor({ entries, weight = Infinity, lifetimeMilliseconds = Infinity }: Bounds) {
    this.#bounds = { entries, weight, lifetimeMilliseconds };
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.keptUntil <= performance.now()) {
      this.#weight -= entry.weight;
      return undefined;
    }
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, weight = 1): void {
    this.delete(key);
    this.#entries.set(key, { value, weight, keptUntil: performance.now() + this.#bounds.lifetimeMilliseconds });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#bounds.entries && this.#weight <= this.#bounds.weight) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
