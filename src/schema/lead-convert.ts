import type { GraphQLResolveInfo } from 'graphql';
import { planOf } from '../db/reader/plan.ts';
import { readByIds, readRecord } from '../db/reader/read.ts';
import type { Row } from '../db/database.ts';
import { inQuestion } from '../services/command.ts';
import type { UserError } from '../services/errors.ts';
import type { ConversionReport, Left, Line } from '../services/lead/conversion/report.ts';
import { type Suggestions, suggestTargets } from '../services/lead/conversion/suggest.ts';
import { tellAgainOf } from '../services/lead/conversion/tell-again.ts';
import type { TargetInput } from '../services/lead/conversion/targets.ts';
import { type ConvertLeadInput, convertLead, convertLeads } from '../services/lead/convert-lead.ts';
import { unconvertLead } from '../services/lead/unconvert-lead.ts';
import { Activity } from './activity.ts';
import { batchMutation } from './batch-commands.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { commandMutation } from './commands.ts';
import { Company, companyInputFields, withRevenue } from './company.ts';
import { Contact, contactInputFields } from './contact.ts';
import { type GraphQLContext, serviceContextOf } from './context.ts';
import { Deal, newDealFields } from './deal.ts';
import { UserErrorInterface } from './errors.ts';
import { Lead } from './lead.ts';
import { asRecord, readContextOf, signedIn, withApiErrors } from './records.ts';
import { type InputBuilder, addressFields, idOfNoun, keyField, withAmount, writes } from './write-inputs.ts';

const targets = { COMPANY: 'company', CONTACT: 'contact', DEAL: 'deal' } as const;

const LeadTarget = builder.enumType('LeadTarget', {
  description: 'A kind of record that a lead becomes.',
  values: {
    COMPANY: { value: targets.COMPANY, description: 'A company.' },
    CONTACT: { value: targets.CONTACT, description: 'A contact.' },
    DEAL: { value: targets.DEAL, description: 'A deal.' },
  },
});

// ------------------------------------------------------------------------------------------------ what it is given

const ownerId = (t: InputBuilder) => (
  t.id({ description: 'Whose it is; `input.ownerId` when absent.', ...idOfNoun('member') }));
const takenOver = 'What is not said here is taken over from the lead, null leaves it empty.';

const NewCompany = builder.inputType('LeadConvertCompanyCreateInput', {
  description: `A new company. ${takenOver}`,
  ...writes('company', 'Company', 'create'),
  fields: (t) => ({
    name: t.string({ description: 'What it is called; 1 to 500 characters.' }),
    ...companyInputFields(t),
    ownerId: ownerId(t),
  }),
});
const NewContact = builder.inputType('LeadConvertContactCreateInput', {
  description: `A new contact. ${takenOver}`,
  ...writes('contact', 'Contact', 'create'),
  fields: (t) => ({ ...contactInputFields(t), ownerId: ownerId(t) }),
});
const NewDeal = builder.inputType('LeadConvertDealCreateInput', {
  description: `A new deal. ${takenOver} It obeys the rules of the stage that it begins in.`,
  ...writes('deal', 'Deal', 'create'),
  fields: (t) => ({
    title: t.string({ description: 'What it is called; 1 to 500 characters.' }),
    ...newDealFields(t),
    ownerId: ownerId(t),
  }),
});

function targetInput(name: 'Company' | 'Contact' | 'Deal', create: unknown) {
  const noun = name.toLowerCase() as 'company' | 'contact' | 'deal';
  return builder.inputType(`LeadConvert${name}Input`, {
    description: `The ${noun} that a lead becomes: either one that is there, or a new one.`,
    fields: (t) => ({
      id: t.id({
        description:
          `A ${noun} that is there and that the caller may update: its empty fields are filled, and no others.`,
        ...idOfNoun(noun),
      }),
      version: t.int({ description: 'The version it was read with, with `id`; whatever it is when absent.' }),
      create: t.field({
        type: create as typeof NewCompany, description: `A new ${noun}; \`{}\` when all of it is the lead's.`,
      }),
    }),
  });
}

const IntoCompany = targetInput('Company', NewCompany);
const IntoContact = targetInput('Contact', NewContact);
const IntoDeal = targetInput('Deal', NewDeal);

/** What a conversion says besides which lead it is of. */
const conversionFields = (t: InputBuilder) => ({
  company: t.field({
    type: IntoCompany,
    description: 'When absent the company that the lead belongs to, if the caller may update it, or a new one if the '
      + 'lead names one; none when null.',
  }),
  contact: t.field({
    type: IntoContact,
    description: 'When absent a new one, if the lead has a first or a last name; none when null.',
  }),
  deal: t.field({ type: IntoDeal, description: 'None when absent.' }),
  ownerId: t.id({
    description: 'Whose the new records are; the lead\'s owner\'s when absent. Needed where the lead has none.',
    ...idOfNoun('member'),
  }),
  stageId: t.id({
    description: 'Where the lead goes: a stage of its pipeline that means won; the first of them when absent.',
    ...idOfNoun('stage'),
  }),
  stageReason: t.string({ description: 'One of the reasons that this stage has to choose from, in its words.' }),
  reason: t.string({
    description:
      'Why rules of the lead\'s stages are set aside; needs `lead.moveAgainstRules`. At most 500 characters.',
  }),
});

const LeadConvertInput = builder.inputType('LeadConvertInput', {
  description: 'What a lead becomes: a company, a contact or both, and perhaps a deal.',
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'lead'),
    dryRun: t.boolean({ description: 'Change nothing, and answer with the plan.' }),
    ...conversionFields(t),
  }),
});

const LeadConvertItemInput = builder.inputType('LeadConvertItemInput', {
  description: 'One conversion of many.',
  fields: (t) => ({ ...addressFields(t, 'lead'), ...conversionFields(t) }),
});

const LeadUnconvertInput = builder.inputType('LeadUnconvertInput', {
  description: 'Which conversion is taken back.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'lead') }),
});

type GraphQLInput = Omit<ConvertLeadInput, 'company' | 'deal'> & {
  company?: TargetInput | null; deal?: TargetInput | null;
};

function toInput({ company, deal, ...input }: GraphQLInput): ConvertLeadInput {
  return {
    ...input,
    ...(company === undefined ? {} : { company: withValues(company, withRevenue) }),
    ...(deal === undefined ? {} : { deal: withValues(deal, withAmount) }),
  };
}

function withValues(target: TargetInput | null, values: (create: object) => object): TargetInput | null {
  return target?.create ? { ...target, create: values(target.create) as TargetInput['create'] & object } : target;
}

// --------------------------------------------------------------------------------------------------- what it tells

type LineFields = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Line>;

const lineFields = (t: LineFields) => ({
  target: t.field({ type: LeadTarget, nullable: false, description: 'Which record.', resolve: (line) => line.target }),
  field: t.exposeString('field', { nullable: false, description: 'The record\'s field, such as `emails`.' }),
  from: t.exposeString('from', {
    nullable: false,
    description: 'The lead\'s field, such as `email`; `company` or `contact` for a link to that target.',
  }),
});

const LeadConversionField = builder.objectRef<Line>('LeadConversionField').implement({
  description: 'A field of a record that a lead becomes, and where its value comes from.',
  access: 'parent', fields: (t) => lineFields(t),
});

const LeadConversionLeft = builder.objectRef<Left>('LeadConversionLeft').implement({
  description: 'A field that is not taken over because the caller lacks a permission, whether there is a value or not.',
  access: 'parent',
  fields: (t) => ({
    ...lineFields(t as unknown as LineFields),
    permission: t.exposeString('permission', {
      nullable: false,
      description: 'What is lacking: `lead.…` to read it on this lead, another to read or write it on that record.',
    }),
  }),
});

function readAll(ids: readonly string[], context: GraphQLContext, info: GraphQLResolveInfo): Promise<Row[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return withApiErrors(async () => {
    const { record } = planOf(info, signedIn(context).profile);
    const [rows] = await readByIds([{ record: record!, ids }], info, readContextOf(context));
    return rows!.toSorted((left, right) => ids.indexOf(left.id as string) - ids.indexOf(right.id as string));
  });
}

const Plan = builder.objectRef<ConversionReport>('LeadConversionPlan').implement({
  description: 'What a conversion does or did, or with `dryRun` would do.',
  access: 'parent',
  fields: (t) => ({
    creates: t.field({
      type: [LeadTarget], nullable: { list: false, items: false }, description: 'Records that are made.',
      resolve: (plan) => plan.creates,
    }),
    fills: t.field({
      type: [LeadConversionField], nullable: { list: false, items: false },
      description: 'Fields that get a value of the lead, of new records and of those that were there.',
      resolve: (plan) => plan.fills,
    }),
    conflicts: t.field({
      type: [LeadConversionField], nullable: { list: false, items: false },
      description: 'Fields that had another value already, which stands.', resolve: (plan) => plan.conflicts,
    }),
    left: t.field({
      type: [LeadConversionLeft], nullable: { list: false, items: false },
      description: 'Fields that the caller may not read on the lead, or not read or write there.',
      resolve: (plan) => plan.left,
    }),
    moves: t.field({
      type: [Activity], access: 'activity.read', extensions: { readsRecords: true },
      nullable: { list: true, items: false },
      description: 'Open activities that go from the lead to what it becomes.',
      resolve: (plan, _args, context, info) => asRecord(readAll(plan.moves, context, info)),
    }),
    stays: t.field({
      type: [Activity], access: 'activity.read', extensions: { readsRecords: true },
      nullable: { list: true, items: false },
      description: 'Open activities that stay with the lead because the caller may not change them.',
      resolve: (plan, _args, context, info) => asRecord(readAll(plan.stays, context, info)),
    }),
  }),
});

const LeadConversionSuggestions = builder.objectRef<Suggestions>('LeadConversionSuggestions').implement({
  description: 'Records that are there and might be the same, of those that the caller can read; at most 5 of each.',
  access: 'parent',
  fields: (t) => ({
    companies: t.field({
      type: [Company], access: 'company.read', extensions: { readsRecords: true },
      nullable: { list: true, items: false },
      description: 'Companies with the domain of the lead\'s e-mail address.',
      resolve: ({ companies }, _args, context, info) => asRecord(readAll(companies, context, info)),
    }),
    contacts: t.field({
      type: [Contact], access: 'contact.read', extensions: { readsRecords: true },
      nullable: { list: true, items: false },
      description: 'Contacts with the lead\'s e-mail address, where the caller can read it.',
      resolve: ({ contacts }, _args, context, info) => asRecord(readAll(contacts, context, info)),
    }),
  }),
});

builder.objectRef<UserError>('LeadConverted').implement({
  description: 'The lead was converted and is read-only.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    lead: t.field({
      type: Lead, access: 'lead.read', extensions: { readsRecords: true },
      description: 'The lead, which says what it became: `convertedCompany`, `convertedContact`, `convertedDeal`.',
      resolve: (error, _args, context, info) => (
        asRecord(withApiErrors(() => readRecord(info, error.data!.leadId as string, readContextOf(context))))),
    }),
  }),
});

const ConversionPart = builder.enumType('LeadConversionPart', {
  description: 'What a conversion wrote.',
  values: {
    COMPANY: { description: 'The company.' },
    CONTACT: { description: 'The contact.' },
    DEAL: { description: 'The deal.' },
    ACTIVITY: { description: 'An activity that was moved.' },
  },
});

const ConversionSettledReason = builder.enumType('ConversionSettledReason', {
  description: 'Why a conversion cannot be taken back.',
  values: {
    CHANGED: { description: 'It has changed since.' },
    IN_USE: { description: 'The conversion made it, and something hangs on it.' },
    OUT_OF_REACH: { description: 'It is in the bin, or out of the caller\'s reach.' },
  },
});

builder.objectRef<UserError>('ConversionSettled').implement({
  description: 'The conversion cannot be taken back. Nothing was written.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    part: t.field({
      type: ConversionPart, nullable: false, description: 'What stands against it.',
      resolve: (error) => error.data!.part as 'COMPANY',
    }),
    reason: t.field({
      type: ConversionSettledReason, nullable: false, description: 'Why.',
      resolve: (error) => error.data!.reason as 'CHANGED',
    }),
    count: t.int({
      description: 'How many records hang on it that the caller can see, or how many activities have changed.',
      resolve: (error) => error.data!.count as number | null,
    }),
  }),
});

// ------------------------------------------------------------------------------------------------- the mutations

commandMutation('leadConvert', convertLead, {
  description: 'Makes a lead what it has turned out to be, in one transaction: a company, a contact or both, and '
    + 'perhaps a deal. Needs the right to create or update each of them besides. The lead becomes read-only. A second '
    + 'call changes nothing and answers as the first.',
  input: LeadConvertInput, record: { lead: Lead }, toInput: toInput as never,
  more: (t) => ({
    plan: t.field({
      type: Plan, description: 'What was done, or with `dryRun` would be; null when it is refused.',
      resolve: ({ recordId, report }, _args, context) => {
        if (report || !recordId) return (report ?? null) as ConversionReport | null;
        return inQuestion(
          serviceContextOf(context, signedIn(context)), 'lead.convert', (asked) => tellAgainOf(asked, recordId));
      },
    }),
    suggestions: t.field({
      type: LeadConversionSuggestions,
      description: 'Records that might be the same, to choose from while the lead is one; for use with `dryRun`.',
      resolve: ({ recordId }, _args, context) => (recordId
        ? inQuestion(serviceContextOf(context, signedIn(context)), 'lead.convert', (asked) =>
          suggestTargets(asked, recordId)) : null),
    }),
  }),
});
batchMutation('leadConvertMany', convertLeads, {
  description: 'Converts many leads, each as leadConvert does; its `dryRun` tells the plan of one.',
  item: LeadConvertItemInput, list: 'conversions', record: { lead: Lead }, toInput: toInput as never,
});
commandMutation('leadUnconvert', unconvertLead, {
  description: 'Takes a conversion back while nobody has touched what it made and filled: new records go into the bin, '
    + 'filled fields are emptied, activities come back, and the lead stands where it stood.',
  input: LeadUnconvertInput, record: { lead: Lead },
});
