import type { CommandContext, Outcome } from '../../command.ts';
import { unchanged } from '../../command.ts';
import type { UserError } from '../../errors.ts';
import { readableGroups } from '../../records.ts';
import type { TargetIds } from './move-activities.ts';
import { type ConversionReport, type Undoing, emptyReport } from './report.ts';
import { type Sorted, type Source, type Target, sortOut } from './sort-out.ts';
import type { SourceLead } from './source-lead.ts';
import { type TargetInput, commandsOf, findTarget, inConversion, newTarget } from './targets.ts';
import type { Targets } from './wanted-targets.ts';
import { type TargetNoun, type Values, type Way, linkWays, targetNouns, ways } from './ways.ts';

type Written = {
  ids: TargetIds;
  report: ConversionReport;
  undoing: Undoing['targets'];
  problems: UserError[];
};

/**
 * Makes and fills the records that a lead becomes, each by its own command: the company first, since the others link to
 * it.
 *
 * @param owner whose new records are that name nobody themselves
 * @param linked the company that the lead belongs to, as far as the caller can see it
 */
export async function writeTargets(
  context: CommandContext, lead: SourceLead, targets: Targets,
  { owner, linked }: { owner: string | null | undefined; linked: string | null },
): Promise<Written> {
  const source: Source = { lead, readable: readableGroups(context, 'lead', lead) };
  const written: Written = { ids: {}, report: emptyReport(), undoing: {}, problems: [] };
  for (const noun of targetNouns) {
    const wish = targets[noun];
    if (!wish) continue;
    const { target, problems } = await targetOf(context, noun, wish, owner);
    written.problems.push(...problems);
    if (!target) continue;
    const links = linkWays(written.ids.company ?? linked, written.ids.contact ?? null);
    const sorted = sortOut(target, source, [...waysTo(targets), ...links]);
    const outcome = await write(target, sorted);
    if (outcome.kind === 'refused') {
      const create = wish.id ? null : wish.create ?? {};
      written.problems.push(...outcome.errors.map((problem) => inConversion(noun, create, problem)));
    } else {
      note(written, target, sorted, outcome);
    }
  }
  return written;
}

function targetOf(
  context: CommandContext, noun: TargetNoun, wish: TargetInput, owner: string | null | undefined,
): Promise<{ target: Target | null; problems: UserError[] }> {
  return wish.id ? findTarget(context, noun, { ...wish, id: wish.id })
    : newTarget(context, noun, wish.create ?? {}, { ownerId: owner });
}

/** The ways that lead to these targets: each value goes to the first place that there is for it. */
function waysTo(targets: Targets): Way[] {
  return ways.map((way) => ({ ...way, to: way.to.filter(({ target }) => targets[target]).slice(0, 1) }));
}

/** Writes a target by its own command; one that is there and gets nothing stays as it is. */
async function write({ noun, context, existing }: Target, { values, fills }: Sorted): Promise<Outcome> {
  const { create, update } = commandsOf[noun];
  if (!existing) return create.within(context, values);
  const { id, version } = existing.row;
  return fills.length > 0 ? update.within(context, { ...values, id, version }) : unchanged(id);
}

/** Takes down what became of a target: for the report, and for whoever takes the conversion back. */
function note(
  { ids, report, undoing }: Written, { noun, existing }: Target, sorted: Sorted,
  outcome: Exclude<Outcome, { kind: 'refused' }>,
): void {
  ids[noun] = outcome.recordId;
  if (!existing) report.creates.push(noun);
  report.fills.push(...sorted.fills);
  report.conflicts.push(...sorted.conflicts);
  report.left.push(...sorted.left);
  if (outcome.kind === 'done') {
    undoing[noun] = { version: outcome.version, was: keysBefore(existing, sorted.values) };
  }
}

/** Keys that a record had where a link was filled in: of records that the caller cannot see. */
function keysBefore(existing: Target['existing'], values: Values): Record<string, string | null> {
  return existing && values.companyId !== undefined ? { companyId: existing.hiddenCompanyId } : {};
}
