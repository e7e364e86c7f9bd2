/** What a cell's text came to: a value, or why it has none. */
export type Parsed<T = unknown> = { ok: true; value: T } | { ok: false; reason: string; suggestion?: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function unreadable(reason: string, suggestion?: string): { ok: false; reason: string; suggestion?: string } {
  return { ok: false, reason, suggestion };
}
