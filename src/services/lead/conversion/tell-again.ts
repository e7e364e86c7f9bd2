import type { FieldGroup } from '../../../auth/nouns.ts';
import type { LoadedRow } from '../../../db/evaluate.ts';
import type { CommandContext } from '../../command.ts';
import { recordsOf } from '../../noun-models.ts';
import { readableGroups, readableWhere, reachable, withSight } from '../../records.ts';
import type { Conversion, ConversionReport, Line } from './report.ts';
import type { SourceLead } from './source-lead.ts';
import { type TargetNoun, groupOf, targetNouns } from './ways.ts';

/** The same for those who know the lead's id alone; null where it is not converted, or is out of reach. */
export async function tellAgainOf(context: CommandContext, leadId: string): Promise<ConversionReport | null> {
  const lead = await context.tx.lead.findFirst({
    where: { AND: [reachable(context), { id: leadId }] }, include: withSight,
  });
  return lead?.conversion ? tellAgain(context, lead) : null;
}

/**
 * What the conversion of a lead did, for whoever asks again: of fields that he can read himself today, on the lead and
 * on the record that it became.
 */
export async function tellAgain(context: CommandContext, lead: SourceLead): Promise<ConversionReport> {
  const { tx } = context;
  const { undoing: _kept, ...report } = lead.conversion as unknown as Conversion;
  const ofLead = readableGroups(context, 'lead', lead);
  const ofTarget = new Map<TargetNoun, Set<FieldGroup>>();
  const ids = { company: lead.convertedCompanyId, contact: lead.convertedContactId, deal: lead.convertedDealId };
  for (const noun of targetNouns) {
    const row = ids[noun] && await recordsOf<LoadedRow>(tx, noun).findFirst({
      where: { AND: [readableWhere(context, noun), { id: ids[noun] }] }, include: withSight,
    });
    ofTarget.set(noun, row ? readableGroups(context, noun, row) : new Set());
  }
  const isTold = ({ target, field, from }: Line) => {
    const isLink = from === 'company' || from === 'contact';
    return (isLink || ofLead.has(groupOf('lead', from))) && ofTarget.get(target)!.has(groupOf(target, field));
  };
  return {
    ...report,
    creates: report.creates.filter((noun) => ofTarget.get(noun)!.size > 0),
    fills: report.fills.filter(isTold), conflicts: report.conflicts.filter(isTold), left: report.left.filter(isTold),
  };
}
