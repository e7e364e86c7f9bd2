import { lockRecord } from '../../../db/lock.ts';
import { type CommandContext, contextFor } from '../../command.ts';
import { type UserError, userError } from '../../errors.ts';
import { recordsOf } from '../../noun-models.ts';
import { reachable, readableWhere } from '../../records.ts';
import type { TargetIds } from './move-activities.ts';
import type { Conversion, MovedActivity } from './report.ts';
import { type TargetNoun, targetNouns } from './ways.ts';

type Reason = 'CHANGED' | 'IN_USE' | 'OUT_OF_REACH';

const sentences: Record<Reason, (noun: string) => string> = {
  CHANGED: (noun) => `The ${noun} has changed since the conversion.`,
  IN_USE: (noun) => `Other records hang on the ${noun} that the conversion made.`,
  OUT_OF_REACH: (noun) => `A ${noun} that the conversion wrote is in the bin, or out of your reach.`,
};

function settled(target: TargetNoun | 'activity', reason: Reason, count: number | null = null): UserError {
  const problem = userError('CONVERSION_SETTLED', sentences[reason](target), 'input', 'id');
  return { ...problem, type: 'ConversionSettled', data: { part: target.toUpperCase(), reason, count } };
}

/**
 * Everything that stands against taking a conversion back: each record that it made or filled must be as it was left,
 * and within the reach of him who takes it back, by the right that the conversion took. On one that it made nothing
 * else may hang, as far as he can see; what he cannot see stays where it is, as when the record is deleted.
 */
export async function touchedProblems(
  context: CommandContext, lead: { id: string }, ids: TargetIds, { creates, undoing, activities }: {
    creates: readonly TargetNoun[]; undoing: Conversion['undoing']; activities: readonly MovedActivity[];
  },
): Promise<UserError[]> {
  const { tx, principal } = context;
  const problems: UserError[] = [];
  for (const noun of targetNouns) {
    const left = undoing.targets[noun];
    const id = ids[noun];
    if (!left || !id) continue;
    const isNew = creates.includes(noun);
    await lockRecord(tx, principal.workspace.id, noun, id);
    const own = contextFor(context, `${noun}.${isNew ? 'create' : 'update'}`);
    const row = await recordsOf<{ version: number }>(tx, noun).findFirst({
      where: { AND: [reachable(own), { id }] }, select: { version: true },
    });
    if (!row) problems.push(settled(noun, 'OUT_OF_REACH'));
    else if (row.version !== left.version) problems.push(settled(noun, 'CHANGED'));
    const count = row && isNew ? await countHanging(context, noun, id, lead.id, ids, activities) : 0;
    if (count > 0) problems.push(settled(noun, 'IN_USE', count));
  }
  const versions = new Map(undoing.activities.map((each) => [each.id, each.version]));
  const changed = activities.filter(({ id, version }) => versions.get(id) !== version);
  if (changed.length > 0) problems.push(settled('activity', 'CHANGED', changed.length));
  return problems;
}

/** How many records hang on a target besides those of the conversion itself, of those that the caller can see. */
async function countHanging(
  context: CommandContext, noun: TargetNoun, id: string, leadId: string, ids: TargetIds,
  activities: readonly MovedActivity[],
): Promise<number> {
  const { tx } = context;
  const seen = (of: 'company' | 'contact' | 'lead' | 'deal' | 'activity', where: object, but: string[]) => (
    { where: { AND: [readableWhere(context, of), where, { id: { notIn: but } }] } });
  const moved = activities.map((each) => each.id);
  const key = { company: 'companyId', contact: 'contactId', deal: 'dealId' } as const;
  const converted = { company: 'convertedCompanyId', contact: 'convertedContactId', deal: 'convertedDealId' } as const;
  let count = await tx.activity.count(seen('activity', { [key[noun]]: id }, moved));
  count += await tx.lead.count(seen('lead', { [converted[noun]]: id }, [leadId]));
  if (noun === 'contact') {
    count += await tx.deal.count(seen('deal', { contacts: { some: { contactId: id } } }, ids.deal ? [ids.deal] : []));
  }
  if (noun === 'company') {
    count += await tx.contact.count(seen('contact', { companyId: id }, ids.contact ? [ids.contact] : []));
    count += await tx.deal.count(seen('deal', { companyId: id }, ids.deal ? [ids.deal] : []));
    count += await tx.lead.count(seen('lead', { companyId: id }, [leadId]));
    count += await tx.company.count(seen('company', { parentId: id }, []));
  }
  return count;
}
