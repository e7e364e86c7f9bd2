import type { CommandContext } from '../../command.ts';
import { contextFor, done } from '../../command.ts';
import { recordOutcomes } from '../../record-outcomes.ts';
import { reachable, readableIds, readableWhere } from '../../records.ts';
import type { MovedActivity } from './report.ts';
import type { TargetNoun } from './ways.ts';

export type TargetIds = Partial<Record<TargetNoun, string>>;

const links = { company: 'companyId', contact: 'contactId', deal: 'dealId' } as const;
type LinkColumn = (typeof links)[TargetNoun];

const withLinks = { id: true, version: true, companyId: true, contactId: true, dealId: true } as const;

/** What is still to come: tasks that are not done, and whatever takes place later. */
function openActivities(leadId: string, now: Date): object {
  return { leadId, OR: [{ kind: 'TASK', completedAt: null }, { kind: { not: 'TASK' }, happensAt: { gt: now } }] };
}

/**
 * Takes the lead's open activities to what it has become: to the contact, and to the deal or, without one, the company.
 * Links that they have already stay. The caller must be able to change an activity to move it; what he cannot even see
 * is not told either. A handful of statements, however many there are.
 */
export async function moveActivities(
  context: CommandContext, leadId: string, targets: TargetIds,
): Promise<{ moved: MovedActivity[]; stays: string[] }> {
  const { tx, now } = context;
  const own = contextFor(context, 'activity.update');
  const open = openActivities(leadId, now);
  const seen = await tx.activity.findMany({
    where: { AND: [readableWhere(own, 'activity'), open] }, select: { id: true }, orderBy: { id: 'asc' },
  });
  if (seen.length === 0) return { moved: [], stays: [] };
  const rows = await tx.activity.updateManyAndReturn({
    where: { AND: [reachable(own), open] },
    data: { leadId: null, version: { increment: 1 }, updatedAt: now }, select: withLinks,
  });
  const places = new Map(seen.map(({ id }, place) => [id, place]));
  rows.sort((left, right) => (places.get(left.id) ?? 0) - (places.get(right.id) ?? 0));
  const moved = rows.map(({ id, version }): MovedActivity => ({ id, version, was: {} }));
  const after = new Map(rows.map((row) => [row.id, { ...row, leadId: null as string | null }]));
  for (const noun of ['contact', targets.deal ? 'deal' : 'company'] as const) {
    const target = targets[noun];
    if (!target) continue;
    const column = links[noun];
    const known = await readableIds(own, noun, rows.map((row) => row[column]));
    const free = rows.filter((row) => !row[column] || !known.has(row[column]));
    await link(own, free.map(({ id }) => id), column, target);
    for (const { id, [column]: was } of free) {
      moved.find((each) => each.id === id)!.was[column] = was;
      after.get(id)![column] = target;
    }
  }
  recordOutcomes(own, rows.map((row) => (
    done(row.id, row.version, { before: { ...row, leadId }, after: after.get(row.id)! }))));
  const gone = new Set(rows.map(({ id }) => id));
  return { moved, stays: seen.map(({ id }) => id).filter((id) => !gone.has(id)) };
}

async function link(
  { tx, principal }: CommandContext, ids: string[], column: LinkColumn, target: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.activity.updateMany({
    where: { workspaceId: principal.workspace.id, id: { in: ids } }, data: { [column]: target },
  });
}
