import type { Prisma } from '../../db/generated/prisma/client.ts';
import { lockRecord } from '../../db/lock.ts';
import { tentatively } from '../../db/savepoint.ts';
import {
  type CommandContext, type Outcome, batchCommand, command, contextFor, done, refused, unchanged,
} from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { placesInLockOrder } from '../lock-order.ts';
import { ledgerEntry } from '../pipeline/enter-stage.ts';
import { rightProblems } from '../pipeline/move-rules.ts';
import { reachable, readableGroups, readableIds, withSight } from '../records.ts';
import { closingStage } from './conversion/closing.ts';
import { type TargetIds, moveActivities } from './conversion/move-activities.ts';
import { type Conversion, type Undoing, emptyReport } from './conversion/report.ts';
import { type Source, type Target, sortOut } from './conversion/sort-out.ts';
import type { SourceLead } from './conversion/source-lead.ts';
import { type TargetInput, commandsOf, findTarget, inConversion, newTarget } from './conversion/targets.ts';
import { tellAgain } from './conversion/tell-again.ts';
import { type TargetNoun, type Values, type Way, linkWays, targetNouns, ways } from './conversion/ways.ts';

/** For each target: null for none, absent for what the lead suggests itself. */
export type ConvertLeadInput = { [N in TargetNoun]?: TargetInput | null } & {
  id: string;
  version: number;
  /** A stage of its pipeline that means won; its first when absent. */
  stageId?: string | null;
  /** One of that stage's reasons. */
  stageReason?: string | null;
  /** Why rules of the lead's stages are set aside; needs `lead.moveAgainstRules`. */
  reason?: string | null;
  /** Whose the new records are; the lead's owner's when absent. */
  ownerId?: string | null;
  /** Nothing is changed, and the report is told all the same. */
  dryRun?: boolean | null;
};

/**
 * Makes a lead what it has turned out to be: a company, a contact or both, and perhaps a deal; new ones, or ones that
 * are there. All in one transaction, each record by its own command, and once: who calls again gets what it became.
 * What stands against any part of it stands against all. A trial (`dryRun`) does the same and undoes it.
 */
export const convertLead = command<ConvertLeadInput>('lead.convert', (context, input) => convertOne(context, input));

/** The same for those who may change many leads at once: each is converted or refused by itself. */
export const convertLeads = batchCommand<ConvertLeadInput>('lead.convert', async (context, inputs) => {
  const outcomes: Outcome[] = [];
  for (const at of placesInLockOrder(inputs)) {
    outcomes[at] = await convertOne(context, inputs[at]!, { isBulk: true });
  }
  return outcomes;
}, { batchPermission: 'lead.bulk' });

async function convertOne(context: CommandContext, input: ConvertLeadInput, { isBulk = false } = {}): Promise<Outcome> {
  const { tx, principal } = context;
  const find = () => tx.lead.findFirst({ where: { AND: [reachable(context), { id: input.id }] }, include: withSight });
  let lead = await find();
  if (lead && !lead.convertedAt) {
    // Of many at once one converts it, and the others wait for what it became; who comes later need not.
    await lockRecord(tx, principal.workspace.id, 'lead', input.id);
    lead = await find();
  }
  if (!lead) return refused(notFound('lead', 'input', 'id'));
  if (lead.convertedAt) return unchanged(lead.id, await tellAgain(context, lead));
  if (lead.version !== input.version) return refused(versionConflict(lead.version));
  const forbidden = isBulk ? rightProblems(context, 'bulk', lead, 'input', 'id') : [];
  return tentatively(tx, () => convert(context, lead, input, forbidden), ({ kind }) => kind === 'done');
}

async function convert(
  context: CommandContext, lead: SourceLead, input: ConvertLeadInput, forbidden: readonly UserError[],
): Promise<Outcome> {
  const { tx, now } = context;
  const { stage, againstRulesReason, problems } = await closingStage(context, lead, input);
  problems.push(...forbidden);
  const source: Source = { lead, readable: readableGroups(context, 'lead', lead) };
  const report = emptyReport();
  const { stageId: fromStageId, stageReason, lossReason, closedAt } = lead;
  const undoing: Undoing = {
    from: { stageId: fromStageId, stageReason, lossReason, closedAt: closedAt?.toISOString() ?? null },
    targets: {}, activities: [],
  };
  const ids: TargetIds = {};
  const linked = await linkedCompany(context, lead);
  const wanted = await wantedTargets(context, input, lead, linked);
  problems.push(...wanted.problems);
  for (const noun of targetNouns) {
    const wish = wanted.targets[noun];
    if (!wish) continue;
    const create = wish.id ? null : wish.create ?? {};
    const found = wish.id ? await findTarget(context, noun, { ...wish, id: wish.id })
      : await newTarget(context, noun, create!, { ownerId: input.ownerId ?? lead.ownerId });
    problems.push(...found.problems);
    if (!found.target) continue;
    const links = linkWays(ids.company ?? linked, ids.contact ?? null);
    const sorted = sortOut(found.target, source, [...waysTo(wanted.targets), ...links]);
    const outcome = await write(found.target, sorted.values, sorted.fills.length > 0);
    if (outcome.kind === 'refused') {
      problems.push(...outcome.errors.map((problem) => inConversion(noun, create, problem)));
      continue;
    }
    ids[noun] = outcome.recordId;
    if (create) report.creates.push(noun);
    report.fills.push(...sorted.fills);
    report.conflicts.push(...sorted.conflicts);
    report.left.push(...sorted.left);
    if (outcome.kind === 'done') {
      undoing.targets[noun] = { version: outcome.version, was: keysBefore(found.target, sorted.values) };
    }
  }
  if (problems.length > 0 || !stage) return refused(...problems);

  const { moved, stays } = await moveActivities(context, lead.id, ids);
  report.moves = moved.map(({ id }) => id);
  report.stays = stays;
  undoing.activities = moved;
  const isMoved = stage.id !== lead.stageId;
  const conversion: Conversion = { ...report, undoing };
  const [after] = await tx.lead.updateManyAndReturn({
    where: { AND: [reachable(context), { id: lead.id, version: input.version }] },
    data: {
      convertedAt: now, convertedById: context.principal.memberId,
      conversion: conversion as unknown as Prisma.InputJsonObject,
      convertedCompanyId: ids.company ?? null, convertedContactId: ids.contact ?? null,
      convertedDealId: ids.deal ?? null,
      ...(isMoved ? { stageId: stage.id, stageEnteredAt: now, stageReason: input.stageReason?.trim() || null } : {}),
      closedAt: isMoved ? now : lead.closedAt ?? now, lossReason: null, version: { increment: 1 }, updatedAt: now,
    },
    omit: { conversion: true },
  });
  if (!after) return refused(versionConflict(lead.version + 1));
  if (isMoved) {
    await tx.stageChange.create({
      data: ledgerEntry(context, after, {
        fromStageId: lead.stageId, probability: stage.probability, againstRulesReason,
      }),
      select: { id: true },
    });
  }
  if (input.dryRun) return unchanged(lead.id, report);
  const { owner, shares, conversion: _none, ...before } = lead;
  return done(lead.id, after.version, {
    before, after, report, ...(againstRulesReason ? { reason: againstRulesReason } : {}),
  });
}

/** Writes a target by its own command; one that is there and gets nothing stays as it is. */
async function write({ noun, context, existing }: Target, values: Values, isFilled: boolean): Promise<Outcome> {
  const { create, update } = commandsOf[noun];
  if (!existing) return create.within(context, values);
  const { id, version } = existing.row;
  return isFilled ? update.within(context, { ...values, id, version }) : unchanged(id);
}

/** Keys that a record had where a link was filled in: of records that the caller cannot see. */
function keysBefore({ existing }: Target, values: Values): Record<string, string | null> {
  return existing && values.companyId !== undefined ? { companyId: existing.hiddenCompanyId } : {};
}

/** The company that the lead belongs to, as far as the caller can see it. */
async function linkedCompany(context: CommandContext, { companyId }: SourceLead): Promise<string | null> {
  return companyId && (await readableIds(context, 'company', [companyId])).has(companyId) ? companyId : null;
}

type Targets = { [N in TargetNoun]?: TargetInput | null };

/**
 * What the lead is to become. What the caller does not say follows from the lead: the company that it belongs to, if he
 * may change it, or a new one of the name it gave; a new contact of the person's name; a deal only where he asks.
 */
async function wantedTargets(
  context: CommandContext, input: ConvertLeadInput, lead: SourceLead, linked: string | null,
): Promise<{ targets: Targets; problems: UserError[] }> {
  const targets: Targets = {
    company: input.company === undefined ? await companyOf(context, lead, linked) : input.company,
    contact: input.contact === undefined ? contactOf(lead) : input.contact,
    deal: input.deal ?? null,
  };
  const problems = targetNouns.flatMap((noun) => {
    const wish = targets[noun];
    if (!wish || Boolean(wish.id) !== Boolean(wish.create)) return [];
    return [invalid(`Name the ${noun} that is there by id, or a new one by create: one of them.`, 'input', noun)];
  });
  if (!targets.company && !targets.contact) {
    problems.push(invalid('A lead becomes a company, a contact or both: say which.', 'input', 'contact'));
  }
  return { targets, problems };
}

async function companyOf(
  context: CommandContext, { companyName }: SourceLead, linked: string | null,
): Promise<TargetInput | null> {
  if (!linked) return companyName ? { create: {} } : null;
  const own = contextFor(context, 'company.update');
  const isOurs = await context.tx.company.count({ where: { AND: [reachable(own), { id: linked }] } }) > 0;
  return isOurs ? { id: linked } : null;
}

function contactOf({ firstName, lastName }: SourceLead): TargetInput | null {
  return firstName || lastName ? { create: {} } : null;
}

/** The ways that lead to these targets: each value goes to the first place that there is for it. */
function waysTo(targets: Targets): Way[] {
  return ways.map((way) => ({ ...way, to: way.to.filter(({ target }) => targets[target]).slice(0, 1) }));
}
