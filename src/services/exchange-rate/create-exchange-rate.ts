import type { Prisma } from '../../db/generated/prisma/client.ts';
import { batchCommand, done, refused } from '../command.ts';
import { type ExchangeRateFields, exchangeRateProblems, exchangeRateValues } from './exchange-rate-fields.ts';

export type CreateExchangeRateInput = ExchangeRateFields & { currency: string; validOn: Date; rate: string };

/** Writes down what a currency is worth in the workspace's default currency, from a day on. */
export const createExchangeRate = batchCommand<CreateExchangeRateInput>(
  'exchangeRate.create', async (context, inputs) => {
    const { tx, principal, services, now } = context;
    const toCurrency = principal.workspace.defaultCurrency;
    const rows: Prisma.ExchangeRateCreateManyInput[] = [];
    const outcomes = inputs.map((input) => {
      const problems = exchangeRateProblems(input, true, toCurrency);
      if (problems.length > 0) return refused(...problems);
      const row = {
        ...exchangeRateValues(input), currency: input.currency, validOn: input.validOn, rate: input.rate, toCurrency,
        workspaceId: principal.workspace.id, id: services.newId(), createdAt: now, updatedAt: now,
      };
      rows.push(row);
      return done(row.id, 1, { after: row });
    });
    if (rows.length > 0) await tx.exchangeRate.createMany({ data: rows });
    return outcomes;
  });
