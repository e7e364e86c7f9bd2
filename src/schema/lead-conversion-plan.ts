import type { GraphQLResolveInfo } from 'graphql';
import type { Row } from '../db/database.ts';
import { planOf } from '../db/reader/plan.ts';
import { readByIds } from '../db/reader/read.ts';
import type { ConversionReport, Left, Line } from '../services/lead/conversion/report.ts';
import type { Suggestions } from '../services/lead/conversion/suggest.ts';
import { Activity } from './activity.ts';
import { type SchemaTypes, builder } from './builder.ts';
import { Company } from './company.ts';
import { Contact } from './contact.ts';
import type { GraphQLContext } from './context.ts';
import { asRecord, readContextOf, signedIn, withApiErrors } from './records.ts';

const targets = { COMPANY: 'company', CONTACT: 'contact', DEAL: 'deal' } as const;

const LeadTarget = builder.enumType('LeadTarget', {
  description: 'A kind of record that a lead becomes.',
  values: {
    COMPANY: { value: targets.COMPANY, description: 'A company.' },
    CONTACT: { value: targets.CONTACT, description: 'A contact.' },
    DEAL: { value: targets.DEAL, description: 'A deal.' },
  },
});

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

export const LeadConversionPlan = builder.objectRef<ConversionReport>('LeadConversionPlan').implement({
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

export const LeadConversionSuggestions = builder.objectRef<Suggestions>('LeadConversionSuggestions').implement({
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
