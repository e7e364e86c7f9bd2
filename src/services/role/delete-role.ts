import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { inUse, invalid, notFound, versionConflict } from '../errors.ts';
import { reachable, sightProblems } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { rolesById } from './role-grants.ts';
import { builtInStays } from './update-role.ts';
import { grantLines } from './write-grants.ts';

export type DeleteRoleInput = { id: string; version: number };

/** Deletes a role of the workspace's own that nobody has. It does not go into the bin: it is gone. */
export const deleteRole = command<DeleteRoleInput>('role.delete', async (context, input) => {
  const { tx, principal } = context;
  const workspaceId = principal.workspace.id;
  await lock(tx, workspaceId, 'rights');
  const mayDelete = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.role.findFirst({ where: mayDelete });
  if (!before) return refused(notFound('role', 'input', 'id'));
  if (before.builtIn) return refused(invalid(builtInStays, 'input', 'id'));
  const unseen = [
    ...sightProblems(context, 'member', 'input', 'id'), ...sightProblems(context, 'stage', 'input', 'id'),
  ];
  if (unseen.length > 0) return refused(...unseen);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const holders = await tx.memberRole.count({ where: { workspaceId, roleId: input.id } });
  if (holders > 0)
    return refused(inUse(`Members have this role: ${holders}. Take it from them first.`, holders, 'input', 'id'));
  const passages = await tx.stageEnterRole.count({ where: { workspaceId, roleId: input.id } })
    + await tx.stageLeaveRole.count({ where: { workspaceId, roleId: input.id } });
  if (passages > 0) {
    const message = `Stages let only some roles pass, and this is one of them: ${passages}. Change those first.`;
    return refused(inUse(message, passages, 'input', 'id'));
  }
  const { grants } = (await rolesById(context, [input.id])).get(input.id)!;
  const { count } = await tx.role.deleteMany({ where: { AND: [mayDelete, { version: input.version }] } });
  if (count === 0) return refused(versionConflict(before.version + 1));
  await recordSecurityEvent(tx, context, {
    type: 'privilege_permissions_changed', noun: 'role', recordId: input.id, detail: `role ${before.name} deleted`,
  });
  return done(input.id, input.version + 1, { before: { ...before, grants: grantLines(grants) } });
});
