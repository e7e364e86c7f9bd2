import { type UserError, invalid } from '../errors.ts';
import { namedValues } from '../named-values.ts';
import type { InputShape, OwnedFields } from '../owned-records.ts';
import {
  amountProblems, countryProblems, currencyProblems, rangeProblems, requiredProblems, textProblems,
} from '../validate.ts';
import { normaliseDomain, normaliseWebsiteUrl } from './web-site.ts';

/** What creating and updating have in common. Absent means: as it is; null takes a value away, or empties a list. */
export type CompanyFields = OwnedFields & {
  name?: string | null;
  /** A host name or an address; kept without scheme, path and `www.`. Taken from `websiteUrl` where it is not known. */
  domain?: string | null;
  websiteUrl?: string | null;
  industry?: string | null;
  employeeCount?: number | null;
  foundedYear?: number | null;
  annualRevenueMinor?: bigint | null;
  currency?: string | null;
  phone?: string | null;
  street?: string | null;
  postalCode?: string | null;
  city?: string | null;
  region?: string | null;
  country?: string | null;
  notes?: string | null;
  parentId?: string | null;
};

/** Fields that are columns of the company itself. */
const columns = [
  'name', 'domain', 'websiteUrl', 'industry', 'employeeCount', 'foundedYear', 'annualRevenueMinor', 'currency', 'phone',
  'street',
  'postalCode', 'city', 'region', 'country', 'notes', 'parentId', 'ownerId', 'teamId',
] as const;

/** Which records a company's input names, and what of the company it writes. */
export const companyShape: InputShape<CompanyFields> = {
  links: ({ parentId }) => [{ noun: 'company', id: parentId, path: ['input', 'parentId'] }],
  written: (input) => [...columns, 'externalReferences' as const].filter((column) => input[column] !== undefined),
};

/**
 * The columns that an input names, as they are kept.
 *
 * @param before the company before an update: its domain follows its web site unless it was set apart from it
 */
export function companyValues(input: CompanyFields, before?: { domain: string | null; websiteUrl: string | null }) {
  const { domain, websiteUrl, ...values } = namedValues(input, columns, ['name', 'currency']);
  const followed = before?.websiteUrl ? normaliseDomain(before.websiteUrl) : null;
  const isFollowing = domain === undefined && websiteUrl && (before?.domain ?? null) === followed;
  return {
    ...values,
    ...(domain === undefined ? {} : { domain: domain && normaliseDomain(domain) }),
    ...(websiteUrl === undefined ? {} : { websiteUrl: websiteUrl && normaliseWebsiteUrl(websiteUrl) }),
    ...(isFollowing ? { domain: normaliseDomain(websiteUrl) } : {}),
  };
}

const lengths = {
  industry: 200, phone: 64, street: 500, postalCode: 32, city: 200, region: 200, notes: 20_000,
} as const;

/** Everything that is wrong with the values themselves. */
export function companyFieldProblems(input: CompanyFields, isNew: boolean): UserError[] {
  const path = (name: string) => ['input', name];
  return [
    ...requiredProblems(input.name, path('name'), isNew || input.name === null),
    ...textProblems(input.name, path('name'), { min: 1, max: 500 }),
    ...Object.entries(lengths).flatMap(([name, max]) => (
      textProblems(input[name as keyof typeof lengths], path(name), { max }))),
    ...addressProblems(input.domain, path('domain'), normaliseDomain, 'domain is a host name such as example.com.'),
    ...addressProblems(
      input.websiteUrl, path('websiteUrl'), normaliseWebsiteUrl,
      'websiteUrl is an http address such as https://example.com.'),
    ...rangeProblems(input.employeeCount, path('employeeCount'), 0, 2_147_483_647),
    ...rangeProblems(input.foundedYear, path('foundedYear'), 1000, 9999),
    ...amountProblems(input.annualRevenueMinor, path('annualRevenue'), { isNegativeAllowed: false }),
    ...currencyProblems(input.currency, ['input', 'annualRevenue', 'currency']),
    ...requiredProblems(input.currency, ['input', 'annualRevenue', 'currency'], input.currency === null),
    ...countryProblems(input.country, path('country')),
  ];
}

function addressProblems(
  value: string | null | undefined, path: string[], normalise: (text: string) => string | null, message: string,
): UserError[] {
  const problems = textProblems(value, path, { max: 2_000 });
  return problems.length === 0 && value?.trim() && normalise(value) === null ? [invalid(message, ...path)] : problems;
}
