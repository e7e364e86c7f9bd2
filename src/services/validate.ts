import { countryCodes } from './countries.ts';
import { type UserError, invalid } from './errors.ts';

/**
 * Small checks of input values, each answering with the problems it found; a command gathers them all and answers at
 * once. The database has the same bounds as constraints.
 */

type Text = string | null | undefined;

/** Whether PostgreSQL can keep a text: without NUL, and without halves of characters. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text of a length within bounds, without characters that PostgreSQL cannot keep. */
export function textProblems(
  value: Text, path: string[], { min = 0, max }: { min?: number; max: number },
): UserError[] {
  if (value === null || value === undefined) return [];
  const name = path.at(-1)!;
  if (!isStorableText(value)) return [invalid(`${name} holds a character that text cannot have.`, ...path)];
  const length = [...value.trim()].length;
  if (length < min) {
    return [invalid(min === 1 ? `${name} is empty.` : `${name} has at least ${min} characters.`, ...path)];
  }
  if (length > max) return [invalid(`${name} has at most ${max} characters; this has ${length}.`, ...path)];
  return [];
}

/** A value that must be there: on a create always, on an update when it is named. */
export function requiredProblems(value: unknown, path: string[], given: boolean): UserError[] {
  return given && (value === null || value === undefined) ? [invalid(`${path.at(-1)} is required.`, ...path)] : [];
}

export function rangeProblems(
  value: number | bigint | null | undefined, path: string[], min: number, max: number,
): UserError[] {
  if (value === null || value === undefined || (value >= min && value <= max)) return [];
  return [invalid(`${path.at(-1)} is between ${min} and ${max}.`, ...path)];
}

/** Minor units of money: what a column of 64 bits can hold. */
export function amountProblems(
  value: bigint | null | undefined, path: string[], { isNegativeAllowed = true } = {},
): UserError[] {
  if (value === null || value === undefined) return [];
  if (value < 0n && !isNegativeAllowed) return [invalid(`${path.at(-1)} is 0 or more.`, ...path)];
  return BigInt.asIntN(64, value) === value ? [] : [invalid(`${path.at(-1)} is more than can be kept.`, ...path)];
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

export function currencyProblems(value: Text, path: string[]): UserError[] {
  if (value === null || value === undefined || currencies.has(value)) return [];
  return [invalid(`${path.at(-1)} is an ISO 4217 code such as EUR.`, ...path)];
}

export function countryProblems(value: Text, path: string[]): UserError[] {
  if (!value?.trim() || countryCodes.has(value.trim())) return [];
  return [invalid(`${path.at(-1)} is an ISO 3166-1 alpha-2 code such as DE.`, ...path)];
}

// One @, something before it, a host with a dot behind it, no spaces: what mail systems agree on.
// Whether the address exists only a mail can tell.
const mailAddress =
  /^[^\s@\p{Cc}<>()",;:\\[\]]{1,64}@[^\s@\p{Cc}<>()",;:\\[\]]+\.[^\s@.\p{Cc}<>()",;:\\[\]]{2,}$/u;

export function emailProblems(value: Text, path: string[]): UserError[] {
  if (value === null || value === undefined) return [];
  if (value.length <= 254 && mailAddress.test(value)) return [];
  return [invalid(`${path.at(-1)} is no e-mail address.`, ...path)];
}

export function listProblems(list: readonly unknown[] | null | undefined, path: string[], max: number): UserError[] {
  return list && list.length > max ? [invalid(`${path.at(-1)} has at most ${max} entries.`, ...path)] : [];
}

/** A problem for each entry that a list has already, by what makes entries the same; null is the same as nothing. */
export function repetitionProblems<T>(
  list: readonly T[] | null | undefined, sameness: (entry: T) => string | null, path: (at: string) => string[],
  message: string,
): UserError[] {
  const seen = new Set<string>();
  return (list ?? []).flatMap((entry, at) => {
    const key = sameness(entry);
    if (key === null) return [];
    if (seen.has(key)) return [invalid(message, ...path(String(at)))];
    seen.add(key);
    return [];
  });
}
