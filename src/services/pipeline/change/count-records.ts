import type { CommandContext } from '../../command.ts';
import { type UserError, notPermitted } from '../../errors.ts';
import { recordsOf } from '../../noun-models.ts';
import { sightProblems } from '../../records.ts';
import type { StagedNoun } from '../kinds.ts';

/** Records in a stage; `inBin` are those of them that are deleted. */
export type RecordCounts = { total: number; inBin: number };

type StageGroup = { stageId: string; _count: { _all: number; deletedAt: number } };

/**
 * How many records are in each of these stages. Only for those who see, and may move, every record of the kind: nobody
 * learns of what he cannot see, or moves it.
 */
export async function countRecords(
  context: CommandContext, noun: StagedNoun, stageIds: readonly string[],
): Promise<{ counts: Map<string, RecordCounts>; problems: UserError[] }> {
  const { tx, principal } = context;
  if (stageIds.length === 0) return { counts: new Map(), problems: [] };
  const problems = [...sightProblems(context, noun, 'input', 'stages'), ...moveProblems(context, noun)];
  if (problems.length > 0) return { counts: new Map(), problems };
  const groups = await recordsOf<StageGroup>(tx, noun).groupBy({
    by: ['stageId'],
    where: { workspaceId: principal.workspace.id, stageId: { in: [...stageIds] } },
    _count: { _all: true, deletedAt: true },
  });
  const counts = new Map(stageIds.map((id) => [id, { total: 0, inBin: 0 }]));
  for (const { stageId, _count: count } of groups) counts.set(stageId, { total: count._all, inBin: count.deletedAt });
  return { counts, problems };
}

function moveProblems({ principal: { profile } }: CommandContext, noun: StagedNoun): UserError[] {
  if (profile.reachOf(noun, 'move') === 'any') return [];
  return [notPermitted(
    `To take stages away one must be able to move every ${noun}: `
    + `that needs the permission ${noun}.move with the reach ANY.`,
    'input', 'stages',
  )];
}
