import { performance } from 'node:perf_hooks';

/**
 * Takes samples of several things to do, in turn and in changing order, so that whatever the machine does meanwhile
 * happens to all of them.
 *
 * @returns for each the median and the lower quartile, which a busy machine moves less, in milliseconds, and how well a
 * threshold tells its samples from those of the first:
 *   0.5 is guessing, 1 is always
 */
export async function compareTimes(
  rounds: number, kinds: Record<string, (round: number) => Promise<unknown>>,
): Promise<Record<string, { low: number; median: number; accuracy: number }>> {
  const names = Object.keys(kinds);
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = [...names.slice(round % names.length), ...names.slice(0, round % names.length)];
    for (const name of round % 2 ? order.reverse() : order) {
      const startedAt = performance.now();
      await kinds[name]!(round);
      times[name]!.push(performance.now() - startedAt);
    }
  }
  const first = times[names[0]!]!;
  return Object.fromEntries(names.map((name) => [name, {
    low: times[name]!.toSorted((left, right) => left - right)[Math.floor(rounds / 4)]!,
    median: times[name]!.toSorted((left, right) => left - right)[Math.floor(rounds / 2)]!,
    accuracy: name === names[0] ? 0.5 : bestThreshold(first, times[name]!),
  }]));
}

/** How often one threshold is right at best that says of a time which of the two it is from: 0.5 is guessing. */
export function bestThreshold(one: readonly number[], other: readonly number[]): number {
  const total = one.length + other.length;
  const rights = [...one, ...other].map((threshold) => (
    one.filter((each) => each <= threshold).length + other.filter((each) => each > threshold).length));
  return Math.max(...rights.map((right) => Math.max(right, total - right) / total));
}
