import { foldText } from '../links/find-records.ts';
import type { CompiledFile } from './compile-file.ts';
import type { PlannedRow } from './plan-row.ts';

/** What a row's record is known by: its key, or the text that it is matched by. */
export function identityOf({ noun, matchBy }: CompiledFile, row: PlannedRow): string | null {
  if (row.key !== null) return `k${row.key}`;
  const text = matchBy && noun.matchBy[matchBy]?.(row.input);
  return text ? `m${foldText(matchBy, text)}` : null;
}

/** Adds the entries of a row's lists to those of the row before, which stands for the same record. */
export function joinRows(to: PlannedRow, row: PlannedRow): void {
  const shifts = new Map<string, number>();
  for (const [name, list] of Object.entries(row.input)) {
    if (!Array.isArray(list)) continue;
    const before = (to.input[name] ?? []) as unknown[];
    shifts.set(name, before.length);
    to.input[name] = [...before, ...list as unknown[]];
  }
  const shift = (path: readonly (string | number)[]) => path.map((step, at) => (
    at === 1 && shifts.has(String(path[0])) ? Number(step) + shifts.get(String(path[0]))! : step));
  for (const link of row.links) {
    if (shifts.has(String(link.path[0]))) to.links.push({ ...link, path: shift(link.path) });
  }
  for (const [path, origin] of row.origins) {
    const steps = path.split('.');
    if (shifts.has(steps[0]!)) to.origins.set(shift(steps).join('.'), origin);
  }
  to.notTaken.push(...row.notTaken);
  to.size += row.size;
}
