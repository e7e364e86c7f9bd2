import { command, done, refused } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { type ExchangeRateFields, exchangeRateProblems, exchangeRateValues } from './exchange-rate-fields.ts';

export type UpdateExchangeRateInput = ExchangeRateFields & { id: string; version: number };

/** Corrects a rate. What was converted by it is converted anew by whoever asks next: nothing converted is kept. */
export const updateExchangeRate = command<UpdateExchangeRateInput>('exchangeRate.update', async (context, input) => {
  const { tx, now } = context;
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.exchangeRate.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('exchangeRate', 'input', 'id'));
  const problems = exchangeRateProblems(input, false, before.toCurrency);
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.exchangeRate.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { ...exchangeRateValues(input), version: { increment: 1 }, updatedAt: now },
  });
  return after ? done(input.id, after.version, { before, after }) : refused(versionConflict(before.version + 1));
});
