export type Trap = { name: string; text: string; variables?: Record<string, unknown> };
export type Known = {
  /** Ids of a noun's records: seen, hidden, deleted, merged and of another workspace, in both worlds or in one. */
  ids(noun: string): readonly string[];
  /** Cursors that the owner was given, of each list in one order: `DealConnection [{ field: AMOUNT }]`. */
  cursors: ReadonlyMap<string, readonly string[]>;
};

/** Selects a field, or several, for each of these. */
export function forEach<T>(all: readonly T[], fields: (each: T, at: number) => string): string {
  return `{ ${all.map(fields).join('\n')} }`;
}

export function listed(values: readonly string[]): string {
  return JSON.stringify(values);
}

/** The same in parts, because a document may be so long and no longer. */
export function parts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}
