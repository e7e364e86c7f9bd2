import type { Fate } from './write-batch.ts';

/**
 * What became of a file's rows, and how many values of them were not taken. Of rows that are one record the first
 * counts as what became of it, the others as joined to it; refused ones count one by one.
 */
export type Counts = Record<Fate | 'joined' | 'leftOut' | 'repeated' | 'notTaken', number>;

export function noCounts(): Counts {
  return { created: 0, updated: 0, unchanged: 0, kept: 0, refused: 0, joined: 0, leftOut: 0, repeated: 0, notTaken: 0 };
}

export function addCounts(to: Counts, more: Counts): Counts {
  for (const name of Object.keys(to) as (keyof Counts)[]) to[name] += more[name];
  return to;
}

const words: Record<keyof Counts, string> = {
  created: 'created', updated: 'updated', unchanged: 'unchanged', kept: 'left as they are', refused: 'refused',
  joined: 'rows with more entries of these', leftOut: 'left out by the mapping', repeated: 'repeated',
  notTaken: 'unusable values not taken',
};

/** Of one alone, where that is another word. */
const wordsOfOne: Partial<typeof words> = {
  joined: 'row with more entries of these', notTaken: 'unusable value not taken',
};

/** `8,800 created, 12 refused`; what is none is not named. */
export function describeCounts(counts: Counts): string {
  const told = (Object.keys(words) as (keyof Counts)[]).filter((name) => counts[name] > 0)
    .map((name) => {
      const word = counts[name] === 1 ? wordsOfOne[name] ?? words[name] : words[name];
      return `${counts[name].toLocaleString('en-US')} ${word}`;
    });
  return told.join(', ') || 'no rows';
}
