import { builder } from './builder.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { bigInt, id, instant, int, many, one, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { Money, money, ownedFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import { stageChangesField } from './stage-changes.ts';

registerNode('lead', 'Lead');

export const Lead = builder.prismaObject('Lead', {
  description: 'Somebody who might become a customer and is not yet a contact.',
  ...recordOf('Lead', 'lead'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...ownedFields(t, 'lead'),
    title: t.exposeString('title', { access: 'lead.core', description: 'What the lead is about.' }),
    firstName: t.exposeString('firstName', { access: 'lead.core', description: 'First name.' }),
    lastName: t.exposeString('lastName', { access: 'lead.core', description: 'Last name.' }),
    companyName: t.exposeString('companyName', { access: 'lead.core', description: 'The organisation as the lead gave it.' }),
    jobTitle: t.exposeString('jobTitle', { access: 'lead.core', description: 'Job title.' }),
    email: t.exposeString('email', { access: 'lead.contactDetails', description: 'E-mail address.' }),
    phone: t.exposeString('phone', { access: 'lead.contactDetails', description: 'Telephone number.' }),
    city: t.exposeString('city', { access: 'lead.core', description: 'City.' }),
    country: t.exposeString('country', { access: 'lead.core', description: 'ISO 3166-1 alpha-2 code.' }),
    source: t.exposeString('source', { access: 'lead.internal', description: 'Where the lead came from.' }),
    notes: t.exposeString('notes', { access: 'lead.internal', description: 'Internal notes.' }),
    score: t.exposeInt('score', { access: 'lead.internal', description: 'From 0 to 100, higher is better.' }),
    lossReason: t.exposeString('lossReason', { access: 'lead.internal', description: 'Why nothing came of it.' }),
    amount: t.field({
      type: Money, access: 'lead.financial', select: { amountMinor: true, currency: true },
      description: 'What it might be worth.', resolve: (lead) => money(lead.amountMinor, lead.currency),
    }),
    currency: t.exposeString('currency', { access: 'lead.core', description: 'ISO 4217 code of the amount.' }),
    stageEnteredAt: t.expose('stageEnteredAt', { type: 'DateTime', access: 'lead.core', description: 'Since when it is in its stage.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', access: 'lead.core', description: 'When it was won or lost; null while open.' }),
    pipeline: t.relation('pipeline', { access: 'lead.core', nullable: true, description: 'The pipeline it goes through.' }),
    stage: t.relation('stage', { access: 'lead.core', nullable: true, description: 'Where in its pipeline it stands.' }),
    company: t.relation('company', { access: 'lead.core', nullable: true, description: 'The company it belongs to; null when out of reach.' }),
    stageChanges: stageChangesField(t, 'lead'),
    mergedInto: t.relation('mergedInto', { access: 'lead.core', nullable: true, description: 'The lead it was merged into.' }),
  }),
});

export const LeadConnection = connectionType('Lead', Lead);

export const LeadWhere = whereInput('lead', 'Lead', () => ({
  id: id('lead'),
  title: text(),
  firstName: string(),
  lastName: string(),
  companyName: string(),
  email: string(),
  city: string(),
  country: string(),
  source: string(),
  score: int(),
  amount: bigInt({ column: 'amountMinor' }),
  currency: string(),
  stageEnteredAt: instant(),
  closedAt: instant(),
  createdAt: instant(),
  updatedAt: instant(),
  ownerId: id('member'),
  teamId: id('team'),
  companyId: id('company'),
  pipelineId: id('pipeline'),
  stageId: id('stage'),
  owner: one('owner', 'member'),
  company: one('company', 'company'),
  pipeline: one('pipeline', 'pipeline'),
  stage: one('stage', 'stage'),
  activities: many(['activities'], 'activity'),
  tags: many(['taggings', 'tag'], 'tag'),
}));

export const LeadOrder = orderInput('lead', 'Lead', {
  CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', TITLE: 'title', STAGE_ENTERED_AT: 'stageEnteredAt', SCORE: 'score',
});

export const leadListArgs = listArgs({ where: LeadWhere, orderBy: LeadOrder }, { canBeDeleted: true });
const byNewest = [{ field: 'CREATED_AT', direction: 'DESC' }] as const;

addConnection('Company', 'leads', 'lead', {
  relation: 'leads', access: 'company.core', connection: LeadConnection, args: leadListArgs, defaultOrder: byNewest,
  description: 'Leads that belong to it.',
});

builder.queryFields((t) => ({
  lead: t.field({
    type: Lead, access: 'lead.read', extensions: { readsRecords: true }, args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One lead; null when it is absent or out of reach.', resolve: resolveRecord('lead'),
  }),
  leads: t.field({
    type: LeadConnection, access: 'lead.read', args: leadListArgs, extensions: { readsRecords: true, ...listOf('lead', byNewest) },
    description: 'Leads of the workspace in reach, newest first.', resolve: resolvePage,
  }),
}));
