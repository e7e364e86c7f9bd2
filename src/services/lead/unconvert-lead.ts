import { lockRecord } from '../../db/lock.ts';
import { noJson } from '../../db/no-json.ts';
import { type StageFacts, stageFacts } from '../../db/stage-facts.ts';
import { tentatively } from '../../db/savepoint.ts';
import { type CommandContext, type Outcome, command, contextFor, done, refused, unchanged } from '../command.ts';
import { notFound, versionConflict } from '../errors.ts';
import { ledgerEntry } from '../pipeline/enter-stage.ts';
import { reachable } from '../records.ts';
import type { TargetIds } from './conversion/move-activities.ts';
import type { Conversion, MovedActivity } from './conversion/report.ts';
import { binCreated, emptyFilled, returnActivities } from './conversion/take-back.ts';
import { touchedProblems } from './conversion/untouched.ts';
import { targetNouns } from './conversion/ways.ts';
import type { SourceLead } from './conversion/source-lead.ts';

export type UnconvertLeadInput = { id: string; version: number };

type ConvertedLead = Omit<SourceLead, 'owner' | 'shares'>;

/**
 * Takes a conversion back: what it made goes into the bin, what it filled is emptied, the activities that it moved come
 * back, and the lead stands where it stood. Only while nobody has touched any of that; otherwise all reasons are told.
 */
export const unconvertLead = command<UnconvertLeadInput>('lead.convert', async (context, input) => {
  const { tx, principal } = context;
  await lockRecord(tx, principal.workspace.id, 'lead', input.id);
  const lead = await tx.lead.findFirst({ where: { AND: [reachable(context), { id: input.id }] } });
  if (!lead) return refused(notFound('lead', 'input', 'id'));
  if (!lead.convertedAt) return unchanged(lead.id);
  if (lead.version !== input.version) return refused(versionConflict(lead.version));
  const conversion = lead.conversion as unknown as Conversion;
  const activities = await activitiesMoved(context, conversion);
  const problems = await touchedProblems(context, lead, idsOf(lead), { ...conversion, activities });
  if (problems.length > 0) return refused(...problems);
  return tentatively(tx, () => takeBack(context, lead, conversion, activities), ({ kind }) => kind === 'done');
}, { act: 'unconvert' });

function idsOf({ convertedCompanyId, convertedContactId, convertedDealId }: ConvertedLead): TargetIds {
  return {
    ...(convertedCompanyId ? { company: convertedCompanyId } : {}),
    ...(convertedContactId ? { contact: convertedContactId } : {}),
    ...(convertedDealId ? { deal: convertedDealId } : {}),
  };
}

/** Of the activities that were moved, those that the caller may change, at the version that they have now. */
async function activitiesMoved(context: CommandContext, { undoing }: Conversion): Promise<MovedActivity[]> {
  const ids = undoing.activities.map(({ id }) => id);
  if (ids.length === 0) return [];
  const own = contextFor(context, 'activity.update');
  const rows = await context.tx.activity.findMany({
    where: { AND: [reachable(own), { id: { in: ids } }] }, select: { id: true, version: true },
  });
  const was = new Map(undoing.activities.map((each) => [each.id, each.was]));
  return rows.map((row) => ({ ...row, was: was.get(row.id)! }));
}

async function takeBack(
  context: CommandContext, lead: ConvertedLead, conversion: Conversion, activities: readonly MovedActivity[],
): Promise<Outcome> {
  const { tx, services, now } = context;
  const ids = idsOf(lead);
  const batchId = services.newId();
  await returnActivities(context, lead.id, activities);
  for (const noun of targetNouns.toReversed()) {
    const left = conversion.undoing.targets[noun];
    if (!left) continue;
    if (conversion.creates.includes(noun)) {
      await binCreated(context, noun, ids[noun]!, left.version, batchId);
      continue;
    }
    const outcome = await emptyFilled(context, noun, ids, conversion);
    if (outcome.kind === 'refused') return outcome;
  }
  const stage = await stageBefore(context, lead, conversion);
  const { from } = conversion.undoing;
  const isMoved = stage !== undefined && stage.id !== lead.stageId;
  const isAsBefore = stage?.id === from.stageId;
  const [after] = await tx.lead.updateManyAndReturn({
    where: { AND: [reachable(context), { id: lead.id, version: lead.version }] },
    data: {
      convertedAt: null, convertedById: null, convertedCompanyId: null, convertedContactId: null, convertedDealId: null,
      conversion: noJson, version: { increment: 1 }, updatedAt: now,
      ...(isMoved ? { stageId: stage.id, stageEnteredAt: now, closedAt: null } : {}),
      ...(isAsBefore ? {
        stageReason: from.stageReason, lossReason: from.lossReason, closedAt: from.closedAt && new Date(from.closedAt),
      } : {}),
    },
    omit: { conversion: true },
  });
  if (!after) return refused(versionConflict(lead.version + 1));
  if (isMoved) {
    await tx.stageChange.create({
      data: ledgerEntry(context, after, { fromStageId: lead.stageId, probability: stage.probability }),
      select: { id: true },
    });
  }
  const { conversion: _taken, ...before } = lead;
  return done(lead.id, after.version, { before, after });
}

/** The stage that the lead came from, or where it is gone the first open one of its pipeline. */
async function stageBefore(
  { tx, principal }: CommandContext, { pipelineId }: ConvertedLead, { undoing }: Conversion,
): Promise<StageFacts | undefined> {
  const { stages } = await stageFacts(tx, principal.workspace.id, { ofPipeline: pipelineId });
  const ofPipeline = [...stages.values()].filter(({ isOpenForEntry }) => isOpenForEntry)
    .sort((one, other) => one.position - other.position);
  return ofPipeline.find(({ id }) => id === undoing.from.stageId) ?? ofPipeline.find(({ status }) => status === 'OPEN');
}
