import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { linkProblems, reachable } from '../records.ts';
import { takenProblems } from '../taken-names.ts';
import { type TeamFields, teamFieldProblems, teamNameTaken } from './team-fields.ts';

export type UpdateTeamInput = TeamFields & { id: string; version: number };

/** Renames a team, or puts it elsewhere in the tree: whoever is above it there reaches what its members own. */
export const updateTeam = command<UpdateTeamInput>('team.update', async (context, input) => {
  const { tx, principal, now } = context;
  // Two moves at once could close a circle that neither sees.
  if (input.parentId) await lock(tx, principal.workspace.id, 'teams');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.team.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('team', 'input', 'id'));
  const parentId = input.parentId === undefined ? before.parentId : input.parentId;
  const name = input.name?.trim() || before.name;
  const claim = { value: name, scope: parentId, id: input.id };
  const problems = [
    ...teamFieldProblems(input, false),
    ...(await linkProblems(context, [{ noun: 'team', id: input.parentId, path: ['input', 'parentId'] }])),
    ...(await circleProblems(context, input.id, input.parentId)),
    ...(await takenProblems(context, 'team', claim, teamNameTaken, 'input', 'name')),
  ];
  if (problems.length > 0) return refused(...problems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.team.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { name, parentId, version: { increment: 1 }, updatedAt: now },
  });
  return after ? done(input.id, after.version, { before, after }) : refused(versionConflict(before.version + 1));
});

/** Teams form a tree: none stands below itself. */
async function circleProblems(
  { tx, principal }: CommandContext, id: string, parentId: string | null | undefined,
): Promise<UserError[]> {
  if (!parentId) return [];
  const teams = await tx.team.findMany({
    where: { workspaceId: principal.workspace.id },
    select: { id: true, parentId: true },
  });
  const parents = new Map(teams.map((team) => [team.id, team.parentId]));
  for (let above: string | null | undefined = parentId; above; above = parents.get(above)) {
    if (above === id)
      return [invalid('A team cannot stand below itself, nor below a team that stands below it.', 'input', 'parentId')];
  }
  return [];
}
