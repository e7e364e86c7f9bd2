import { type CompanyFields, companyFieldProblems, companyValues } from '../../services/company/company-fields.ts';
import { createCompany } from '../../services/company/create-company.ts';
import { updateCompany } from '../../services/company/update-company.ts';
import { tagRecord } from '../../services/tag/tag-record.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';
import * as shared from './shared-fields.ts';

export const companyNoun: ImportNoun = {
  noun: 'company',
  plural: 'companies',
  hasKey: true,
  matchBy: {
    name: ({ name }) => name as string,
    domain: ({ domain, websiteUrl }) => (domain ?? websiteUrl) as string,
  },
  fields: {
    name: { type: 'text', isRequired: true, description: 'What it is called; at most 500 characters.' },
    domain: { type: 'text', description: 'Host name of its web site; `https://` and `www.` are dropped. Taken from '
      + '`websiteUrl` unless given.' },
    websiteUrl: { type: 'text', description: 'Address of its web site.' },
    industry: { type: 'text', description: 'Branch of business; at most 200 characters.' },
    employeeCount: { type: 'integer', description: 'How many people work there.' },
    foundedYear: { type: 'integer', description: 'The year it was founded, 1000 to 9999.' },
    annualRevenue: { type: 'money', input: 'annualRevenueMinor', description: 'What it turns over in a year.' },
    currency: shared.currency,
    phone: { type: 'text', description: 'Telephone number; at most 64 characters.' },
    street: { type: 'text', description: 'Street and number; at most 500 characters.' },
    postalCode: { type: 'text', description: 'At most 32 characters.' },
    city: { type: 'text', description: 'At most 200 characters.' },
    region: { type: 'text', description: 'State, province; at most 200 characters.' },
    country: shared.country,
    notes: shared.notes,
    createdAt: shared.importedAt,
  },
  links: {
    parent: {
      to: 'company', input: 'parentId',
      description: 'The company it belongs to; may stand in the same file, above or below.',
    },
    owner: shared.owner,
    team: shared.team,
  },
  children: { tags: shared.tags },
  create: createCompany,
  update: updateCompany,
  tag: tagRecord.company,
  fieldProblems: (input: CompanyFields) => companyFieldProblems(input, false),
  kept: companyValues,
  async read(tx, where) {
    const companies = await tx.company.findMany({
      where, include: { externalReferences: true, taggings: shared.tagged, owner: { select: { teamId: true } } },
    });
    return companies.map(({ externalReferences, ...company }) => currentRecord(company, externalReferences));
  },
};
