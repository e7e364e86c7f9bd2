import { createLead } from '../services/lead/create-lead.ts';
import { deleteLead, restoreLead } from '../services/lead/delete-lead.ts';
import { moveLead, moveLeads } from '../services/lead/move-lead.ts';
import { updateLead } from '../services/lead/update-lead.ts';
import { batchMutation } from './batch-commands.ts';
import { builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { addConnection, connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { bigInt, id, instant, int, many, one, orderInput, string, text, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { Money, MoneyInput, money, ownedFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import { rottingField } from './rotting.ts';
import { stageChangesField, stageTimesField } from './stage-changes.ts';
import {
  type InputBuilder, addressFields, deleteInput, idOfNoun, keyField, moveFields, ownedInputFields, restoreInput,
  stageReasonFields, withAmount, writes,
} from './write-inputs.ts';

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
    companyName: t.exposeString('companyName', {
      access: 'lead.core', description: 'The organisation as the lead gave it.',
    }),
    jobTitle: t.exposeString('jobTitle', { access: 'lead.core', description: 'Job title.' }),
    email: t.exposeString('email', { access: 'lead.contactDetails', description: 'E-mail address.' }),
    phone: t.exposeString('phone', { access: 'lead.contactDetails', description: 'Telephone number.' }),
    city: t.exposeString('city', { access: 'lead.core', description: 'City.' }),
    country: t.exposeString('country', { access: 'lead.core', description: 'ISO 3166-1 alpha-2 code.' }),
    source: t.exposeString('source', { access: 'lead.internal', description: 'Where the lead came from.' }),
    notes: t.exposeString('notes', { access: 'lead.internal', description: 'Internal notes.' }),
    score: t.exposeInt('score', { access: 'lead.internal', description: 'From 0 to 100, higher is better.' }),
    lossReason: t.exposeString('lossReason', { access: 'lead.internal', description: 'Why nothing came of it.' }),
    stageReason: t.exposeString('stageReason', {
      access: 'lead.internal',
      description: 'Why it is in its stage: one of the stage\'s reasons, in the words it had on entry.',
    }),
    amount: t.field({
      type: Money, access: 'lead.financial', select: { amountMinor: true, currency: true },
      description: 'What it might be worth.', resolve: (lead) => money(lead.amountMinor, lead.currency),
    }),
    currency: t.exposeString('currency', { access: 'lead.core', description: 'ISO 4217 code of the amount.' }),
    stageEnteredAt: t.expose('stageEnteredAt', {
      type: 'DateTime', access: 'lead.core', description: 'Since when it is in its stage.',
    }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime', access: 'lead.core', description: 'When it was won or lost; null while open.',
    }),
    pipeline: t.relation('pipeline', {
      access: 'lead.core', nullable: true, description: 'The pipeline it goes through.',
    }),
    stage: t.relation('stage', {
      access: 'lead.core', nullable: true, description: 'Where in its pipeline it stands.',
    }),
    company: t.relation('company', {
      access: 'lead.core', nullable: true,
      description: 'The company it belongs to; null when out of reach.',
    }),
    stageChanges: stageChangesField(t, 'lead'),
    stageTimes: stageTimesField(t, 'lead'),
    rotting: rottingField(t, 'lead'),
    convertedAt: t.expose('convertedAt', {
      type: 'DateTime', access: 'lead.core', description: 'When it was converted, and became read-only; null before.',
    }),
    convertedBy: t.relation('convertedBy', {
      access: 'lead.core', nullable: true, description: 'Who converted it.',
    }),
    convertedCompany: t.relation('convertedCompany', {
      access: 'lead.core', nullable: true, description: 'The company it became; null when out of reach.',
    }),
    convertedContact: t.relation('convertedContact', {
      access: 'lead.core', nullable: true, description: 'The contact it became; null when out of reach.',
    }),
    convertedDeal: t.relation('convertedDeal', {
      access: 'lead.core', nullable: true, description: 'The deal it became; null when out of reach.',
    }),
    mergedInto: t.relation('mergedInto', {
      access: 'lead.core', nullable: true, description: 'The lead it was merged into.',
    }),
  }),
});

const LeadConnection = connectionType('Lead', Lead);

const LeadWhere = whereInput('lead', 'Lead', () => ({
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
  stageReason: string(),
  amount: bigInt({ column: 'amountMinor' }),
  currency: string(),
  stageEnteredAt: instant(),
  closedAt: instant(),
  convertedAt: instant(),
  createdAt: instant(),
  updatedAt: instant(),
  ownerId: id('member'),
  teamId: id('team'),
  companyId: id('company'),
  pipelineId: id('pipeline'),
  stageId: id('stage'),
  convertedById: id('member'),
  convertedCompanyId: id('company'),
  convertedContactId: id('contact'),
  convertedDealId: id('deal'),
  owner: one('owner', 'member'),
  company: one('company', 'company'),
  pipeline: one('pipeline', 'pipeline'),
  stage: one('stage', 'stage'),
  activities: many(['activities'], 'activity'),
  tags: many(['taggings', 'tag'], 'tag'),
}));

const LeadOrder = orderInput('lead', 'Lead', {
  CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', TITLE: 'title', STAGE_ENTERED_AT: 'stageEnteredAt', SCORE: 'score',
});

const leadListArgs = listArgs({ where: LeadWhere, orderBy: LeadOrder }, { canBeDeleted: true });
const byNewest = [{ field: 'CREATED_AT', direction: 'DESC' }] as const;

addConnection('Company', 'leads', 'lead', {
  relation: 'leads', access: 'company.core', connection: LeadConnection, args: leadListArgs, defaultOrder: byNewest,
  description: 'Leads that belong to it.',
});
for (const [record, relation] of [['Company', 'company'], ['Contact', 'contact'], ['Deal', 'deal']] as const) {
  addConnection(record, 'convertedLeads', 'lead', {
    relation: 'convertedLeads', access: `${relation}.core`, connection: LeadConnection, args: leadListArgs,
    defaultOrder: byNewest, description: `Leads that became this ${relation}.`,
  });
}

builder.queryFields((t) => ({
  lead: t.field({
    type: Lead, access: 'lead.read', extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One lead; null when it is absent or out of reach.', resolve: resolveRecord('lead'),
  }),
  leads: t.field({
    type: LeadConnection, access: 'lead.read', args: leadListArgs,
    extensions: { readsRecords: true, ...listOf('lead', byNewest) },
    description: 'Leads of the workspace in reach, newest first.', resolve: resolvePage,
  }),
}));

/** Fields of a lead that a move can fill in, too. */
const leadOwnFields = (t: InputBuilder) => ({
  firstName: t.string({ description: 'First name; at most 200 characters.' }),
  lastName: t.string({ description: 'Last name; at most 200 characters.' }),
  companyName: t.string({ description: 'The organisation as the lead gave it; at most 500 characters.' }),
  jobTitle: t.string({ description: 'Job title; at most 200 characters.' }),
  email: t.string({ description: 'E-mail address.' }),
  phone: t.string({ description: 'Telephone number; at most 64 characters.' }),
  city: t.string({ description: 'City; at most 200 characters.' }),
  country: t.string({ description: 'ISO 3166-1 alpha-2 code, such as `DE`.' }),
  source: t.string({ description: 'Where the lead came from; at most 200 characters.' }),
  notes: t.string({ description: 'Internal notes; at most 20,000 characters.' }),
  score: t.int({ description: 'From 0 to 100, higher is better.' }),
  amount: t.field({ type: MoneyInput, description: 'What it might be worth.' }),
  companyId: t.id({ description: 'The company it belongs to, where that is known here.', ...idOfNoun('company') }),
});

/** Fields of a lead that creating and updating share. */
const leadInputFields = (t: InputBuilder) => ({ ...leadOwnFields(t), ...ownedInputFields(t, 'lead') });

const LeadCreateInput = builder.inputType('LeadCreateInput', {
  description: 'A new lead.',
  ...writes('lead', 'Lead'),
  fields: (t) => ({
    ...keyField(t),
    title: t.string({ required: true, description: 'What the lead is about; 1 to 500 characters.' }),
    stageId: t.id({
      description:
        'Its stage; the first of the first pipeline for leads when absent. A closed one needs `lead.createClosed`.',
      ...idOfNoun('stage'),
    }),
    ...stageReasonFields(t),
    ...leadInputFields(t),
  }),
});

const LeadUpdateInput = builder.inputType('LeadUpdateInput', {
  description: 'Changes to a lead; what is absent stays as it is, null takes a value away.',
  ...writes('lead', 'Lead'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'lead'),
    title: t.string({ description: 'What the lead is about; 1 to 500 characters.' }),
    ...leadInputFields(t),
  }),
});

const LeadMoveInput = builder.inputType('LeadMoveInput', {
  description: 'A move of a lead to another stage of its pipeline. What the stage asks for can come with it.',
  ...writes('lead', 'Lead'),
  fields: (t) => ({ ...keyField(t), ...moveFields(t, 'lead'), ...leadOwnFields(t) }),
});

const LeadMoveItemInput = builder.inputType('LeadMoveItemInput', {
  description: 'One move of many.',
  ...writes('lead', 'Lead'),
  fields: (t) => ({ ...moveFields(t, 'lead'), ...leadOwnFields(t) }),
});

commandMutation('leadCreate', createLead, {
  description: 'Creates a lead.', input: LeadCreateInput, record: { lead: Lead }, toInput: withAmount,
});
commandMutation('leadUpdate', updateLead, {
  description: 'Changes a lead. Its stage is changed by leadMove.', input: LeadUpdateInput, record: { lead: Lead },
  toInput: withAmount,
});
commandMutation('leadMove', moveLead, {
  description:
    'Moves a lead along its pipeline, and fills in what the stage asks for. The ledger keeps every move. Into a closed '
      + 'stage needs `lead.close`, out of one `lead.reopen`.',
  input: LeadMoveInput, record: { lead: Lead }, toInput: withAmount,
});
batchMutation('leadMoveMany', moveLeads, {
  description: 'Moves many leads, each as leadMove does.', item: LeadMoveItemInput, list: 'moves',
  record: { lead: Lead },
  toInput: withAmount,
});
commandMutation('leadDelete', deleteLead, {
  description: 'Puts a lead into the bin.', input: deleteInput('Lead', 'lead'), record: { lead: Lead },
});
commandMutation('leadRestore', restoreLead, {
  description: 'Takes a lead out of the bin.', input: restoreInput('Lead', 'lead'), record: { lead: Lead },
});
