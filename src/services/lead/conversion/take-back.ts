import { type CommandContext, type Outcome, contextFor, done } from '../../command.ts';
import { recordsOf } from '../../noun-models.ts';
import { recordOutcomes } from '../../record-outcomes.ts';
import { readableWhere, reachable } from '../../records.ts';
import type { TargetIds } from './move-activities.ts';
import type { Conversion, MovedActivity } from './report.ts';
import { commandsOf } from './targets.ts';
import type { TargetNoun } from './ways.ts';

/** Puts a record that a conversion made into the bin, where it was never touched since. */
export async function binCreated(
  context: CommandContext, noun: TargetNoun, id: string, version: number, batchId: string,
): Promise<void> {
  const { principal, now } = context;
  const bin = { deletedAt: now, deletedInBatchId: batchId };
  await recordsOf(context.tx, noun).updateMany({
    where: { workspaceId: principal.workspace.id, id, version }, data: { ...bin, version: version + 1, updatedAt: now },
  });
  const before = { deletedAt: null, deletedInBatchId: null };
  recordOutcomes(contextFor(context, `${noun}.delete`), [done(id, version + 1, { before, after: bin })]);
}

/** Empties the fields that a conversion filled in a record that was there, by the record's own command. */
export async function emptyFilled(
  context: CommandContext, noun: TargetNoun, ids: TargetIds, { fills, undoing }: Conversion,
): Promise<Outcome> {
  const { version, was } = undoing.targets[noun]!;
  const id = ids[noun]!;
  const values: Record<string, unknown> = {};
  for (const { target, field } of fills) {
    if (target !== noun) continue;
    if (field === 'company') values.companyId = null;
    else if (field === 'amount') values.amountMinor = null;
    else values[field] = field === 'contacts' ? await contactsWithout(context, id, ids.contact!) : null;
  }
  const outcome = await commandsOf[noun].update.within(context, { ...values, id, version });
  if (outcome.kind === 'done' && was.companyId) {
    // He who takes back cannot see this company, so the command would not let him name it.
    await recordsOf(context.tx, noun).updateMany({
      where: { workspaceId: context.principal.workspace.id, id }, data: { companyId: was.companyId },
    });
  }
  return outcome;
}

async function contactsWithout(context: CommandContext, dealId: string, contactId: string) {
  return context.tx.dealContact.findMany({
    where: {
      workspaceId: context.principal.workspace.id, dealId, contactId: { not: contactId },
      contact: { is: readableWhere(context, 'contact') },
    },
    orderBy: { position: 'asc' }, select: { contactId: true, role: true },
  });
}

/** Takes activities back to the lead, with the links that they had: one statement for those that had the same. */
export async function returnActivities(
  context: CommandContext, leadId: string, activities: readonly MovedActivity[],
): Promise<void> {
  const { tx, now } = context;
  const own = contextFor(context, 'activity.update');
  const outcomes: Outcome[] = [];
  for (const alike of Map.groupBy(activities, ({ was }) => JSON.stringify(was)).values()) {
    const data = { ...alike[0]!.was, leadId };
    const rows = await tx.activity.updateManyAndReturn({
      where: { AND: [reachable(own), { id: { in: alike.map(({ id }) => id) } }] },
      data: { ...data, version: { increment: 1 }, updatedAt: now }, select: { id: true, version: true },
    });
    outcomes.push(...rows.map(({ id, version }) => done(id, version, { before: { leadId: null }, after: data })));
  }
  recordOutcomes(own, outcomes);
}
