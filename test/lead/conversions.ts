import type { Built } from '../support/builders.ts';
import type { UserErrorAnswer, World, WorldMember } from '../support/world.ts';

export type Line = { target: string; field: string; from: string };
export type PlanAnswer = {
  creates: string[]; fills: Line[]; conflicts: Line[]; left: (Line & { permission: string })[];
  moves: { subject: string }[] | null; stays: { subject: string }[] | null;
};
export type LeadAnswer = {
  id: string; version: number; stage: { name: string }; closedAt: string | null; convertedAt: string | null;
  convertedBy: { name: string } | null;
  convertedCompany: { id: string; name: string } | null;
  convertedContact: { id: string; fullName: string } | null;
  convertedDeal: { id: string; title: string } | null;
};
export type ConvertAnswer = {
  lead: LeadAnswer | null; plan: PlanAnswer | null;
  suggestions: { companies: { name: string }[]; contacts: { fullName: string }[] } | null;
  userErrors: (UserErrorAnswer & Record<string, unknown>)[];
  errors: readonly { message: string; extensions?: Record<string, unknown> }[];
};

const leadFields = `id version stage { name } closedAt convertedAt convertedBy { name } convertedCompany { id name }
  convertedContact { id fullName } convertedDeal { id title }`;
const line = 'target field from';
const userErrors = `userErrors { code message path ... on ConversionSettled { part reason count }
  ... on LeadConverted { lead { ${leadFields} } } }`;

/** Sends leadConvert for a lead as a member, at its first version unless the input says another. */
export async function convert(
  world: World, member: WorldMember, lead: Built, input: object = {}, suggestions = '',
): Promise<ConvertAnswer> {
  const { data, errors } = await world.as(member).ask<{ leadConvert: Omit<ConvertAnswer, 'errors'> | null }>(
    `mutation($input: LeadConvertInput!) { leadConvert(input: $input) { lead { ${leadFields} }
      plan { creates fills { ${line} } conflicts { ${line} } left { ${line} permission } moves { subject } stays { subject } }
      ${suggestions && `suggestions { companies { name } contacts { fullName } }`} ${userErrors} } }`,
    { input: { id: lead.globalId, version: 1, ...input } });
  return { ...(data?.leadConvert ?? { lead: null, plan: null, suggestions: null, userErrors: [] }), errors };
}

/** Sends leadUnconvert, at the version that a first conversion has left. */
export async function unconvert(
  world: World, member: WorldMember, lead: Built, input: object = {},
): Promise<Pick<ConvertAnswer, 'lead' | 'userErrors' | 'errors'>> {
  const { data, errors } = await world.as(member)
    .ask<{ leadUnconvert: Pick<ConvertAnswer, 'lead' | 'userErrors'> | null }>(
      `mutation($input: LeadUnconvertInput!) { leadUnconvert(input: $input) { lead { ${leadFields} } ${userErrors} } }`,
      { input: { id: lead.globalId, version: 2, ...input } });
  return { ...(data?.leadUnconvert ?? { lead: null, userErrors: [] }), errors };
}

/** A lead with a value in every field that goes somewhere. */
export const everything = {
  title: 'Pumps for the plant', firstName: 'Ana', lastName: 'Costa', companyName: 'Acme', jobTitle: 'Buyer',
  email: 'ana@acme.example', phone: '+49 30 1234', city: 'Bonn', country: 'DE', amountMinor: 125_000n, currency: 'EUR',
  source: 'Fair', notes: 'Wants them by spring.',
} as const;

/** Lines as words, for comparing: `CONTACT.emails from email`. */
export function words(lines: readonly Line[]): string[] {
  return lines.map(({ target, field, from }) => `${target}.${field} from ${from}`).sort();
}
