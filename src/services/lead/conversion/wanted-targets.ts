import { type CommandContext, contextFor } from '../../command.ts';
import { type UserError, invalid } from '../../errors.ts';
import { reachable, readableIds } from '../../records.ts';
import type { SourceLead } from './source-lead.ts';
import type { TargetInput } from './targets.ts';
import { type TargetNoun, targetNouns } from './ways.ts';

/** What a lead is to become: null for none, absent for what the lead suggests itself. */
export type Targets = { [N in TargetNoun]?: TargetInput | null };

/**
 * What the lead is to become. What the caller does not say follows from the lead: the company that it belongs to, if he
 * may change it, or a new one of the name it gave; a new contact of the person's name; a deal only where he asks.
 */
export async function wantedTargets(
  context: CommandContext, input: Targets, lead: SourceLead, linked: string | null,
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

/** The company that the lead belongs to, as far as the caller can see it. */
export async function linkedCompany(context: CommandContext, { companyId }: SourceLead): Promise<string | null> {
  return companyId && (await readableIds(context, 'company', [companyId])).has(companyId) ? companyId : null;
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
