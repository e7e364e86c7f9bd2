import { principalByEmail } from '../../src/auth/authenticate.ts';
import type { Database, Transaction } from '../../src/db/database.ts';
import { callerIn } from '../../src/db/caller.ts';
import { convertLead } from '../../src/services/lead/convert-lead.ts';
// The schema says which field group a column belongs to.
import '../../src/schema/index.ts';
import { Chance } from './random.ts';

/**
 * What came of the leads that were won: each is converted by its owner, at the moment when it was won, by the command
 * that the API has. Into companies and contacts alone: the demo's deals have pasts of their own.
 */
export async function convertLeads(
  database: Database, tx: Transaction, workspace: { id: string; slug: string }, seed: number,
): Promise<void> {
  const chance = new Chance(seed);
  const leads = await tx.lead.findMany({
    where: { workspaceId: workspace.id, stage: { is: { status: 'WON' } } }, orderBy: { id: 'asc' },
    select: { id: true, version: true, stageEnteredAt: true, owner: { select: { email: true } } },
  });
  for (const { id, version, stageEnteredAt, owner } of leads) {
    const principal = owner?.email && await principalByEmail(callerIn(tx), workspace.slug, owner.email, 'CLI');
    if (!principal) throw new Error('A lead of the demo has no owner who could convert it.');
    const services = { database, cursorSecret: '', now: () => stageEnteredAt, newId: () => chance.id(stageEnteredAt) };
    const context = { services, principal, requestId: 'demo', transaction: tx };
    const { userErrors } = await convertLead.run(context, { id, version });
    if (userErrors.length > 0) throw new Error(userErrors.map(({ message }) => message).join(' '));
  }
}
