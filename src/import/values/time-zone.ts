/** A date and time of day without a place. */
export type LocalTime = {
  year: number; month: number; day: number; hour: number; minute: number; second: number; millisecond: number;
};

const formats = new Map<string, Intl.DateTimeFormat>();
const dayMilliseconds = 86_400_000;

export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && Boolean(formatOf(name));
  } catch {
    return false;
  }
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - (instant - (((instant % 1000) + 1000) % 1000));
}

/**
 * The instant at which clocks in the zone show this. Shown twice, at the end of summer time, it is the first; skipped,
 * at the beginning of it, it is the instant of the change: so 00:00 is always when a day begins.
 */
export function instantIn(zone: string, local: LocalTime): Date {
  const shown = asUtc(local);
  if (zone === 'UTC') return new Date(shown);
  const before = offsetAt(shown - dayMilliseconds, zone);
  const after = offsetAt(shown + dayMilliseconds, zone);
  const found = [shown - before, shown - after].filter((instant) => instant + offsetAt(instant, zone) === shown);
  return new Date(found.length > 0 ? Math.min(...found) : shown - before);
}

/** The calendar date that clocks in the zone show at an instant. */
export function dateIn(zone: string, instant: Date): { year: number; month: number; day: number } {
  const shown = new Date(instant.getTime() + offsetAt(instant.getTime(), zone));
  return { year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate() };
}

function asUtc({ year, month, day, hour, minute, second, millisecond }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', calendar: 'iso8601', numberingSystem: 'latn', year: 'numeric', month: '2-digit',
      day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}
