import type { CommandContext } from '../command.ts';
import { type UserError, userError } from '../errors.ts';

/**
 * What stands against changing a lead that was converted: it is read-only. The answer leads to the lead, which says
 * what it became, as far as whoever asks can see that.
 */
export function convertedProblems(
  { id, convertedAt }: { id: string; convertedAt: Date | null }, input = 'id',
): UserError[] {
  if (!convertedAt) return [];
  const message = 'The lead was converted and is read-only: change what it became, or take the conversion back.';
  return [{ ...userError('LEAD_CONVERTED', message, 'input', input), type: 'LeadConverted', data: { leadId: id } }];
}

/** The same for commands that know the lead's id alone. */
export async function convertedProblemsOf(
  { tx, principal }: CommandContext, id: string,
): Promise<UserError[]> {
  const lead = await tx.lead.findFirst({
    where: { workspaceId: principal.workspace.id, id }, select: { id: true, convertedAt: true },
  });
  return lead ? convertedProblems(lead) : [];
}
