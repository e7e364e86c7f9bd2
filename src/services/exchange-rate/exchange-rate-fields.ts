import { type UserError, invalid } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import { currencyProblems, requiredProblems } from '../validate.ts';

/** What creating and updating have in common. Absent means: as it is. */
export type ExchangeRateFields = {
  currency?: string | null;
  /** A calendar date in the workspace's time zone. */
  validOn?: Date | null;
  /** Whole units of the workspace's default currency for one whole unit of `currency`; a decimal number. */
  rate?: string | null;
};

const columns = ['currency', 'validOn', 'rate'] as const;

export function exchangeRateValues(input: ExchangeRateFields) {
  return namedValues(input, columns, columns);
}

/** Everything that is wrong with the values themselves. @param toCurrency what the rate converts to */
export function exchangeRateProblems(input: ExchangeRateFields, isNew: boolean, toCurrency: string): UserError[] {
  const path = (name: string) => ['input', name];
  return [
    ...columns.flatMap((name) => requiredProblems(input[name], path(name), isNew || input[name] === null)),
    ...currencyProblems(input.currency, path('currency')),
    ...(input.currency === toCurrency
      ? [invalid(`${toCurrency} is the currency that is converted to: name another one.`, ...path('currency'))] : []),
  ];
}
