/** What a cell's text came to: a value, or why it has none. */
export type Parsed<T = unknown> = { ok: true; value: T } | { ok: false; reason: string; suggestion?: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** What to say of a text without a digit where a number or a date belongs. */
export function emptyHint(text: string): string | undefined {
  return /\d/.test(text) ? undefined : `If it means nothing: "empty": [${JSON.stringify(text)}].`;
}

export function unreadable(reason: string, suggestion?: string): { ok: false; reason: string; suggestion?: string } {
  return { ok: false, reason, suggestion };
}
