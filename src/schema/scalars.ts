import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

builder.scalarType('BigInt', {
  description: 'A whole number of up to 64 bits, as a string so that no digit is lost: `"1250"`.',
  serialize: (value) => String(value),
  parseValue: (value) => {
    const isWhole = typeof value === 'string' ? /^-?\d{1,19}$/.test(value) : Number.isSafeInteger(value);
    const number = isWhole ? BigInt(value as string | number) : 0n;
    if (!isWhole || BigInt.asIntN(64, number) !== number) {
      throw badInput('A BigInt is a whole number of up to 64 bits, written as a string: "1250".');
    }
    return number;
  },
});

builder.scalarType('DateTime', {
  description:
    'An instant, ISO 8601 in UTC with milliseconds: `"2026-11-22T06:04:00.000Z"`. Input may have any offset.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : instantText(String(value))),
  parseValue: (value) => {
    const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;
    const instant = typeof value === 'string' && pattern.test(value) ? new Date(value) : undefined;
    // An offset can carry the first and the last hours out of the calendar.
    if (!instant || !isCalendarDate((value as string).slice(0, 10)) || !isCalendarDate(isoText(instant).slice(0, 10))) {
      throw badInput('A DateTime is an ISO 8601 instant with an offset: "2026-11-22T06:04:00Z".');
    }
    return instant;
  },
});

builder.scalarType('Date', {
  description: 'A calendar date, ISO 8601: `"2026-11-22"`.',
  serialize: (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)),
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value) || !isCalendarDate(value)) {
      throw badInput('A Date is a calendar date: "2026-11-22".');
    }
    return new Date(`${value}T00:00:00Z`);
  },
});

builder.scalarType('Decimal', {
  description:
    'A decimal number as a string, so that no digit is lost: `"2.5"`. At most 10 digits before the point, 4 after.',
  serialize: String,
  parseValue: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !/^-?\d{1,10}(\.\d{1,4})?$/.test(text)) {
      throw badInput('A Decimal is a number with at most 10 digits before the point and 4 after it: "2.5".');
    }
    return text;
  },
});

builder.scalarType('Rate', {
  description: 'A rate of exchange as a string: a number above 0 with at most 10 digits before the point and 10 after '
    + 'it, such as `"0.0061728"`.',
  serialize: String,
  parseValue: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !/^\d{1,10}(\.\d{1,10})?$/.test(text) || Number(text) === 0) {
      throw badInput(
        'A Rate is a number above 0 with at most 10 digits before the point and 10 after it: "0.0061728".');
    }
    return text;
  },
});

/** PostgreSQL leaves out a second's trailing zeros and, in UTC, we leave out the zone: both are put back here. */
function instantText(text: string): string {
  switch (text.length) {
    case 23: return `${text}Z`;
    case 22: return `${text}0Z`;
    case 21: return `${text}00Z`;
    case 19: return `${text}.000Z`;
    default: return new Date(text.endsWith('Z') ? text : `${text}Z`).toISOString();
  }
}

/** The years 1 to 9999: PostgreSQL has no year 0, and four digits are all that we write. */
function isCalendarDate(text: string): boolean {
  return /^(?!0000)\d{4}-/.test(text) && isoText(new Date(`${text}T00:00:00Z`)).startsWith(text);
}

const isoText = (date: Date): string => (Number.isNaN(date.getTime()) ? '' : date.toISOString());
