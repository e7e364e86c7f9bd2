import type { TargetInput } from '../services/lead/conversion/targets.ts';
import type { ConvertLeadInput } from '../services/lead/convert-lead.ts';
import { builder } from './builder.ts';
import { companyInputFields, withRevenue } from './company.ts';
import { contactInputFields } from './contact.ts';
import { newDealFields } from './deal.ts';
import { type InputBuilder, addressFields, idOfNoun, keyField, withAmount, writes } from './write-inputs.ts';

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

export const LeadConvertInput = builder.inputType('LeadConvertInput', {
  description: 'What a lead becomes: a company, a contact or both, and perhaps a deal.',
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'lead'),
    dryRun: t.boolean({ description: 'Change nothing, and answer with the plan.' }),
    ...conversionFields(t),
  }),
});

export const LeadConvertItemInput = builder.inputType('LeadConvertItemInput', {
  description: 'One conversion of many.',
  fields: (t) => ({ ...addressFields(t, 'lead'), ...conversionFields(t) }),
});

export const LeadUnconvertInput = builder.inputType('LeadUnconvertInput', {
  description: 'Which conversion is taken back.', fields: (t) => ({ ...keyField(t), ...addressFields(t, 'lead') }),
});

type GraphQLInput = Omit<ConvertLeadInput, 'company' | 'deal'> & {
  company?: TargetInput | null; deal?: TargetInput | null;
};

/** What the API's input is to the command. */
export function toInput({ company, deal, ...input }: GraphQLInput): ConvertLeadInput {
  return {
    ...input,
    ...(company === undefined ? {} : { company: withValues(company, withRevenue) }),
    ...(deal === undefined ? {} : { deal: withValues(deal, withAmount) }),
  };
}

function withValues(target: TargetInput | null, values: (create: object) => object): TargetInput | null {
  return target?.create ? { ...target, create: values(target.create) as TargetInput['create'] & object } : target;
}
