import type { ImportNoun } from '../nouns/noun.ts';
import type { PlannedLink, PlannedRow } from './plan-row.ts';

/* Entries of a row's lists. What is told of an entry, and what it links to, is known by its place in the list. */

type Entry = Record<string, unknown>;

/** Takes entries out of a list; what is known of those behind them moves up with them. */
export function removeEntries(row: PlannedRow, list: string, isGone: (at: number) => boolean): void {
  const entries = row.input[list] as Entry[];
  const places = new Map<number, number>();
  for (const at of entries.keys()) if (!isGone(at)) places.set(at, places.size);
  if (places.size === entries.length) return;
  row.input[list] = [...places.keys()].map((at) => entries[at]!);
  const moved = (path: readonly (string | number)[]) => {
    if (path[0] !== list || path.length === 1) return path;
    const to = places.get(Number(path[1]));
    return to === undefined ? null : [list, to, ...path.slice(2)];
  };
  const movedText = (path: string) => moved(path.split('.'))?.join('.');
  row.origins = new Map([...row.origins].flatMap(([path, origin]) => {
    const to = movedText(path);
    return to === undefined ? [] : [[to, origin]];
  }));
  row.optional = new Set([...row.optional].flatMap((path) => movedText(path) ?? []));
  row.links = row.links.flatMap((link) => {
    const path = moved(link.path);
    return path ? [{ ...link, path }] : [];
  });
}

/** Entries of a list that are nothing without a record, which is missing, go. */
export function dropUnlinked(row: PlannedRow, links: readonly PlannedLink[]): void {
  const needed = new Map(links.flatMap(({ path: [list, , name], link }) => (
    name !== undefined && link.definition.isRequired ? [[String(list), name] as const] : [])));
  for (const [list, name] of needed) {
    const entries = row.input[list] as Entry[];
    removeEntries(row, list, (at) => entries[at]![name] === undefined);
  }
}

/** What a row says twice in a list that holds each but once stands there once: the first counts, others complete it. */
export function mergeRepeated(row: PlannedRow, { children }: ImportNoun): void {
  for (const { input: list, isOnce, identity } of Object.values(children)) {
    const entries = row.input[list] as Entry[] | undefined;
    if (!isOnce || !entries) continue;
    const first = new Map<string, Entry>();
    const repeated = new Set<number>();
    for (const [at, entry] of entries.entries()) {
      const same = identity(entry);
      const before = first.get(same);
      if (same === '') continue;
      if (!before) first.set(same, entry);
      else {
        Object.assign(before, { ...entry, ...before });
        repeated.add(at);
      }
    }
    removeEntries(row, list, (at) => repeated.has(at));
  }
}
