const minute = 60_000;
const hour = 60 * minute;

/** After the first attempt, the second, …: ten attempts over a little more than a day. */
const waits = [
  minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour,
];

export const maxAttempts = waits.length + 1;

/**
 * When a mail is tried again after so many attempts; null when that is enough. Up to a fifth earlier or later, so that
 * what failed together does not come back together.
 */
export function retryAfter(attempts: number, now: Date, random: () => number = Math.random): Date | null {
  const wait = waits[attempts - 1];
  return wait === undefined ? null : new Date(now.getTime() + Math.round(wait * (0.8 + 0.4 * random())));
}
