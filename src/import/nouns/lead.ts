import { createLead } from '../../services/lead/create-lead.ts';
import { type LeadFields, leadFieldProblems, leadValues } from '../../services/lead/lead-fields.ts';
import { moveLead } from '../../services/lead/move-lead.ts';
import { updateLead } from '../../services/lead/update-lead.ts';
import { tagRecord } from '../../services/tag/tag-record.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';
import * as shared from './shared-fields.ts';

export const leadNoun: ImportNoun = {
  noun: 'lead',
  plural: 'leads',
  hasKey: true,
  matchBy: { email: ({ email }) => email as string, title: ({ title }) => title as string },
  fields: {
    title: { type: 'text', isRequired: true, description: 'What it is about; at most 500 characters.' },
    firstName: { type: 'text', description: 'At most 200 characters.' },
    lastName: { type: 'text', description: 'At most 200 characters.' },
    companyName: { type: 'text', description: 'The organisation as the lead gave it; at most 500 characters.' },
    jobTitle: { type: 'text', description: 'At most 200 characters.' },
    email: { type: 'text', description: 'E-mail address.' },
    phone: { type: 'text', description: 'Telephone number; at most 64 characters.' },
    city: { type: 'text', description: 'At most 200 characters.' },
    country: shared.country,
    source: { type: 'text', description: 'Where it came from; at most 200 characters.' },
    notes: shared.notes,
    score: { type: 'integer', description: '0 to 100, higher is better.' },
    amount: { type: 'money', input: 'amountMinor', description: 'What it might be worth.' },
    currency: shared.currency,
    lossReason: { type: 'text', description: 'Why it was lost; only in a stage that means lost.' },
    stageReason: { type: 'text', description: 'Why it is in its stage: one of the stage\'s reasons.' },
    createdAt: shared.createdAt,
    stageEnteredAt: shared.stageEnteredAt,
  },
  links: {
    stage: shared.stage,
    company: { to: 'company', input: 'companyId', description: 'The company, where it is known.' },
    owner: shared.owner,
    team: shared.team,
  },
  children: { tags: shared.tags },
  create: createLead,
  update: updateLead,
  move: moveLead,
  tag: tagRecord.lead,
  fieldProblems: (input: LeadFields) => leadFieldProblems(input, false),
  kept: leadValues,
  async read(tx, where) {
    const leads = await tx.lead.findMany({
      where, include: { externalReferences: true, taggings: shared.tagged, owner: { select: { teamId: true } } },
    });
    return leads.map(({ externalReferences, ...lead }) => currentRecord(lead, externalReferences));
  },
};
