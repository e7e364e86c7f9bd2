import { allowed } from '../../../auth/reach.ts';
import type { CommandContext } from '../../command.ts';
import { normaliseDomain } from '../../company/web-site.ts';
import { readableGroups, readableWhere, reachable, whereOf, withSight } from '../../records.ts';

/** Records that a lead could be the same as. */
export type Suggestions = { companies: string[]; contacts: string[] };

const most = 5;

/**
 * What a lead that is still one might be made: records with its e-mail address, or its domain, among those that the
 * caller can read, the address included. Of others it is not even told that they are there.
 */
export async function suggestTargets(context: CommandContext, leadId: string): Promise<Suggestions> {
  const { tx } = context;
  const lead = await tx.lead.findFirst({
    where: { AND: [reachable(context), { id: leadId }] }, include: withSight,
  });
  const isAsked = lead && !lead.convertedAt && readableGroups(context, 'lead', lead).has('contactDetails');
  const email = isAsked ? lead.email?.trim() : null;
  if (!email) return { companies: [], contacts: [] };
  const found = { orderBy: { id: 'asc' }, take: most, select: { id: true } } as const;
  const { profile } = context.principal;
  const withDetails = whereOf(context, 'contact', allowed(profile, 'contact', 'read', 'contactDetails'));
  const contacts = await tx.contact.findMany({
    where: {
      AND: [readableWhere(context, 'contact'), withDetails],
      emails: { some: { address: { in: [email, email.toLowerCase()] } } },
    },
    ...found,
  });
  const domain = normaliseDomain(email.slice(email.lastIndexOf('@') + 1));
  const companies = domain
    ? await tx.company.findMany({ where: { AND: [readableWhere(context, 'company'), { domain }] }, ...found }) : [];
  return { companies: companies.map(({ id }) => id), contacts: contacts.map(({ id }) => id) };
}
