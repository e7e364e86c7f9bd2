import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const selection = 'id version currency toCurrency validOn rate';

test('an administrator keeps rates into the workspace\'s currency, everybody reads them', async () => {
  const admin = world.as(world.admin);
  const made = await admin.done<{ id: string; version: number; rate: string }>(
    'exchangeRateCreate', { currency: 'JPY', validOn: '2026-01-01', rate: '0.0061728' }, selection);
  expect(made).toMatchObject({ currency: 'JPY', validOn: '2026-01-01', rate: '0.0061728', version: 1 });
  const changed = await admin.done('exchangeRateUpdate', { id: made.id, version: 1, rate: '0.0062' }, selection);
  expect(changed).toMatchObject({ rate: '0.0062', version: 2 });
  const { exchangeRates } = await world.as(world.viewer).data<{ exchangeRates: { nodes: object[] } }>(
    '{ exchangeRates { nodes { currency rate } } }');
  expect(exchangeRates.nodes).toEqual([{ currency: 'JPY', rate: '0.0062' }]);
  const refused = await world.as(world.manager).mutate('exchangeRateDelete', { id: made.id, version: 2 });
  expect(refused.errors[0]!.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'exchangeRate.delete' });
});

test('there is one rate of a currency for a day, until it is in the bin', async () => {
  const admin = world.as(world.admin);
  const input = { currency: 'CHF', validOn: '2026-02-01', rate: '1.05' };
  const first = await admin.done('exchangeRateCreate', input);
  expect((await admin.mutate('exchangeRateCreate', input)).userErrors)
    .toMatchObject([{ code: 'TAKEN', path: ['input', 'validOn'] }]);
  await admin.mutate('exchangeRateDelete', { id: first.id, version: 1 });
  const second = await admin.done('exchangeRateCreate', input);
  expect((await admin.mutate('exchangeRateRestore', { id: first.id, version: 2 })).userErrors).toMatchObject([{
    code: 'TAKEN',
  }]);
  await admin.mutate('exchangeRateDelete', { id: second.id, version: 1 });
  await admin.done('exchangeRateRestore', { id: first.id, version: 2 });
});

test('what makes no sense is told at once', async () => {
  const admin = world.as(world.admin);
  const { data } = await admin.ask<{ exchangeRateCreate: { userErrors: object[] } }>(
    `mutation { exchangeRateCreate(input: { currency: "usd ", validOn: "2026-02-01", rate: "1" }) {
      userErrors { code path } } }`);
  expect(data!.exchangeRateCreate.userErrors).toEqual([{ code: 'INVALID_INPUT', path: ['input', 'currency'] }]);
  const { errors } = await admin.ask('mutation($rate: Rate!) { exchangeRateCreate(input: { currency: "CHF", '
    + 'validOn: "2026-02-02", rate: $rate }) { userErrors { code } } }', { rate: '-1' });
  expect(errors[0]!.message).toContain('A Rate is a number above 0');
});
