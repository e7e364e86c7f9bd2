/**
 * A workspace's data as plain rows, before they are in any database: table → rows, columns by their names there. The
 * two worlds of test/access/two-worlds are made of it, and what a principal may see of it is decided by oracle.ts.
 */
export type Row = Record<string, unknown>;
export type World = Record<string, Row[]>;

/** Tables in an order in which each finds what its keys refer to. */
export const tables = [
  'workspace', '"user"', 'team', 'role', 'role_grant', 'member', 'member_role', 'company', 'contact', 'contact_email',
  'contact_phone', 'contact_address', 'pipeline', 'stage', 'stage_transition', 'product', 'deal', 'lead',
  'deal_contact', 'deal_line', 'stage_change', 'activity', 'tag', 'tagging', 'external_reference', 'record_share',
  'session', 'idempotency_key', 'exchange_rate',
] as const;

/** Ids that are the same in every run: the table's number and a running one. */
export function idSource(): (table: string) => string {
  const counts = new Map<string, number>();
  return (table) => {
    const count = (counts.get(table) ?? 0) + 1;
    counts.set(table, count);
    const kind = tables.findIndex((each) => each === table) + 1;
    return `019a0000-00${kind.toString(16).padStart(2, '0')}-7000-8000-${count.toString(16).padStart(12, '0')}`;
  };
}

/** Pseudo-random numbers that are the same for the same seed (mulberry32). */
export type Random = {
  /** From 0 up to but without `below`. */
  number(below: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
};

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number) => Math.floor(next() * below);
  return {
    number,
    pick: (from) => from[number(from.length)]!,
    chance: (probability) => next() < probability,
  };
}
