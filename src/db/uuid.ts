import { randomFillSync } from 'node:crypto';

// RFC 9562 §5.7, with §6.2 method 1: 48 bits of milliseconds, a 12-bit counter, 62 random bits.
const pool = Buffer.alloc(2_560);
const bytesPerId = 10;
let used = pool.length;
let lastMilliseconds = 0;
let counter = 0;

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a value is a UUID as we write them, in lower case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}

/**
 * A new id, greater than every earlier one of this process, also when the clock steps back: within one millisecond a
 * counter decides, and where it overflows the id borrows from the next millisecond.
 */
export function uuidv7(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  used += bytesPerId;
  const now = Date.now();
  if (now > lastMilliseconds) {
    lastMilliseconds = now;
    // Half the range is left to count upwards in.
    counter = pool.readUInt16BE(at) & 0x7ff;
  } else if (counter < 0xfff) {
    counter += 1;
  } else {
    lastMilliseconds += 1;
    counter = 0;
  }
  const time = lastMilliseconds.toString(16).padStart(12, '0');
  const variant = (0x8000 | (pool.readUInt16BE(at + 2) & 0x3fff)).toString(16);
  const random = pool.toString('hex', at + 4, at + bytesPerId);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}-${random}`;
}
