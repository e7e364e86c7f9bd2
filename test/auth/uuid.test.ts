import { expect, test } from 'vitest';
import { uuidv7 } from '../../src/db/uuid.ts';

test('ids are UUIDs of version 7 that begin with the time', () => {
  const before = Date.now();
  const id = uuidv7();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const milliseconds = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  expect(milliseconds).toBeGreaterThanOrEqual(before);
  expect(milliseconds).toBeLessThanOrEqual(Date.now());
});

test('each is greater than the one before, and none comes twice, faster than the clock ticks', () => {
  let last = uuidv7();
  for (let count = 0; count < 100_000; count += 1) {
    const next = uuidv7();
    if (next <= last) throw new Error(`${next} came after ${last}`);
    last = next;
  }
  // Ids borrow from the next milliseconds when they must, and stay near the time.
  expect(Number.parseInt(last.replace('-', '').slice(0, 12), 16) - Date.now()).toBeLessThan(1_000);
});
