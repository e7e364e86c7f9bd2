import { readRecord } from '../db/reader/read.ts';
import type { UserError } from '../services/errors.ts';
import { builder } from './builder.ts';
import { UserErrorInterface } from './errors.ts';
import { Lead } from './lead.ts';
import { asRecord, readContextOf, withApiErrors } from './records.ts';

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
