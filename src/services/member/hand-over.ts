import { type OwnedNoun, ownedNouns } from '../../auth/nouns.ts';
import type { Transaction } from '../../db/database.ts';
import { type CommandContext, done } from '../command.ts';
import { type UserError, notPermitted } from '../errors.ts';
import { recordsOf } from '../noun-models.ts';
import { recordOutcomes } from '../record-outcomes.ts';

export type OwnedCount = { noun: OwnedNoun; count: number };
export type HandOver = { fromId: string; toId: string };

/** As many as one transaction moves in about a second. */
const atOnce = 500;

/** How many records of each kind a member owns, those in the bin included; kinds without any are left out. */
export async function countOwned(tx: Transaction, workspaceId: string, ownerId: string): Promise<OwnedCount[]> {
  const counts: OwnedCount[] = [];
  for (const noun of ownedNouns) {
    const count = await recordsOf(tx, noun).count({ where: { workspaceId, ownerId } });
    if (count > 0) counts.push({ noun, count });
  }
  return counts;
}

/**
 * Who hands over somebody's records must be able to see and assign all of them: he is told how many there are, and they
 * come to whoever he names. Asked of every kind, whatever the member owns: the refusal would tell what that is.
 */
export function handOverProblems({ principal: { profile } }: CommandContext, ...path: string[]): UserError[] {
  const lacking = ownedNouns.filter(
    (noun) => profile.reachOf(noun, 'assign') !== 'any' || profile.reachOf(noun, 'read') !== 'any');
  if (lacking.length === 0) return [];
  const permissions = lacking.map((noun) => `${noun}.read and ${noun}.assign`).join(', ');
  return [notPermitted(
    "To take over a member's records one must see and hand over every record: "
    + `that needs ${permissions} with the reach ANY.`,
    ...path,
  )];
}

/**
 * Gives some of a member's records to another, each with its audit entry and its event, as `assign` does one by one.
 *
 * @returns how many; 0 when there are none left
 */
export async function handOverSome(context: CommandContext, { fromId, toId }: HandOver): Promise<number> {
  const { tx, principal, now } = context;
  const workspaceId = principal.workspace.id;
  let left = atOnce;
  for (const noun of ownedNouns) {
    if (left === 0) break;
    const records = recordsOf<{ id: string; version: number }>(tx, noun);
    const found = await records.findMany({
      where: { workspaceId, ownerId: fromId },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: left,
    });
    if (found.length === 0) continue;
    const moved = await records.updateManyAndReturn({
      where: { workspaceId, ownerId: fromId, id: { in: found.map(({ id }) => id) } },
      data: { ownerId: toId, version: { increment: 1 }, updatedAt: now },
      select: { id: true, version: true },
    });
    recordOutcomes(
      { ...context, noun, verb: 'assign', act: 'assign' },
      moved.map(({ id, version }) => done(id, version, { before: { ownerId: fromId }, after: { ownerId: toId } })),
    );
    left -= found.length;
  }
  return atOnce - left;
}

/** All of them, in the transaction of the command. */
export async function handOverAll(context: CommandContext, handOver: HandOver): Promise<void> {
  while ((await handOverSome(context, handOver)) > 0);
}
