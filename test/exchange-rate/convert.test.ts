import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convert, minorDigits } from '../../src/services/exchange-rate/convert.ts';

test('an amount is converted between minor units of different sizes', () => {
  expect(convert(1_250n, { from: 'EUR', to: 'USD', rate: '1.1' })).toBe(1_375n);
  expect(convert(1_000n, { from: 'JPY', to: 'EUR', rate: '0.0061728' })).toBe(617n);
  expect(convert(100n, { from: 'EUR', to: 'JPY', rate: '162' })).toBe(162n);
  expect(convert(1n, { from: 'KWD', to: 'EUR', rate: '3' })).toBe(0n);
});

test('halves go to the even neighbour, below zero too', () => {
  const half = (amount: bigint) => convert(amount, { from: 'EUR', to: 'USD', rate: '0.5' });
  expect([1n, 3n, 5n, -1n, -3n, -5n].map(half)).toEqual([0n, 2n, 2n, 0n, -2n, -2n]);
});

test('what is converted is off by half a minor unit at most, whatever the amount and the rate', () => {
  const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'CLF');
  const rate = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 10n - 1n }), fc.bigInt({ min: 1n, max: 10n ** 10n - 1n }))
    .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(10, '0')}`);
  fc.assert(fc.property(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), currency, currency, rate, (amount, from, to, of) => {
      const exact = amount * BigInt(of.replace('.', '')) * 10n ** BigInt(minorDigits(to));
      const unit = 10n ** BigInt(10 + minorDigits(from));
      const error = convert(amount, { from, to, rate: of }) * unit - exact;
      expect((error < 0n ? -error : error) * 2n <= unit).toBe(true);
    }));
});
