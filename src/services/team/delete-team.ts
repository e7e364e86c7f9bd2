import { lock } from '../../db/lock.ts';
import { deleteCommand, restoreCommand } from '../delete-records.ts';
import { inUse, invalid } from '../errors.ts';
import { sightProblems } from '../records.ts';
import { takenProblems } from '../taken-names.ts';

/** A team goes when nobody is in it and no team below it. Members who were removed from the workspace count, too. */
export const deleteTeam = deleteCommand('team', async (context, id) => {
  const { tx, principal } = context;
  const workspaceId = principal.workspace.id;
  const unseen = sightProblems(context, 'member', 'input', 'id');
  if (unseen.length > 0) return unseen;
  await lock(tx, workspaceId, 'teams');
  const members = await tx.member.count({ where: { workspaceId, teamId: id } });
  const children = await tx.team.count({ where: { workspaceId, parentId: id, deletedAt: null } });
  return [
    ...(members > 0
      ? [inUse(`The team has members: ${members}. Move them elsewhere first.`, members, 'input', 'id')]
      : []),
    ...(children > 0
      ? [inUse(`Teams stand below this one: ${children}. Move or delete them first.`, children, 'input', 'id')]
      : []),
  ];
});

export const restoreTeam = restoreCommand('team', async (context, id) => {
  const { tx, principal } = context;
  await lock(tx, principal.workspace.id, 'teams');
  const { name, parentId, parent } = await tx.team.findFirstOrThrow({
    where: { workspaceId: principal.workspace.id, id },
    select: { name: true, parentId: true, parent: { select: { deletedAt: true } } },
  });
  if (parent?.deletedAt) return [invalid('The team above it is in the bin: restore that first.', 'input', 'id')];
  const claim = { value: name, scope: parentId, id };
  return takenProblems(context, 'team', claim, 'Another team has its name by now.', 'input', 'id');
});
