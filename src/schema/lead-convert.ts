import { inQuestion } from '../services/command.ts';
import type { ConversionReport } from '../services/lead/conversion/report.ts';
import { suggestTargets } from '../services/lead/conversion/suggest.ts';
import { tellAgainOf } from '../services/lead/conversion/tell-again.ts';
import { convertLead, convertLeads } from '../services/lead/convert-lead.ts';
import { unconvertLead } from '../services/lead/unconvert-lead.ts';
import { batchMutation } from './batch-commands.ts';
import { commandMutation } from './commands.ts';
import { serviceContextOf } from './context.ts';
import { Lead } from './lead.ts';
import { LeadConversionPlan, LeadConversionSuggestions } from './lead-conversion-plan.ts';
import { LeadConvertInput, LeadConvertItemInput, LeadUnconvertInput, toInput } from './lead-convert-inputs.ts';
import { signedIn } from './records.ts';

commandMutation('leadConvert', convertLead, {
  description: 'Makes a lead what it has turned out to be, in one transaction: a company, a contact or both, and '
    + 'perhaps a deal. Needs the right to create or update each of them besides. The lead becomes read-only. A second '
    + 'call changes nothing and answers as the first.',
  input: LeadConvertInput, record: { lead: Lead }, toInput: toInput as never,
  more: (t) => ({
    plan: t.field({
      type: LeadConversionPlan, description: 'What was done, or with `dryRun` would be; null when it is refused.',
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
