import type { Fate } from './write-batch.ts';

/** What became of a file's rows, and how many values of them were not taken. */
export type Counts = Record<Fate | 'leftOut' | 'repeated' | 'notTaken', number>;

export function noCounts(): Counts {
  return { created: 0, updated: 0, unchanged: 0, kept: 0, refused: 0, leftOut: 0, repeated: 0, notTaken: 0 };
}

export function addCounts(to: Counts, more: Counts): Counts {
  for (const name of Object.keys(to) as (keyof Counts)[]) to[name] += more[name];
  return to;
}

const words: Record<keyof Counts, string> = {
  created: 'created', updated: 'updated', unchanged: 'unchanged', kept: 'left as they are', refused: 'refused',
  leftOut: 'left out by the mapping', repeated: 'repeated',
  notTaken: 'unusable values not taken',
};

const one: Partial<typeof words> = { notTaken: 'unusable value not taken' };

/** `8,800 created, 12 refused`; what is none is not named. */
export function describeCounts(counts: Counts): string {
  const told = (Object.keys(words) as (keyof Counts)[]).filter((name) => counts[name] > 0)
    .map((name) => `${counts[name].toLocaleString('en-US')} ${counts[name] === 1 ? one[name] ?? words[name] : words[name]}`);
  return told.join(', ') || 'no rows';
}
