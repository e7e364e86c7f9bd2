import { lock } from '../../db/lock.ts';
import { command, done, refused } from '../command.ts';
import { invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { takenProblems } from '../taken-names.ts';
import { type RoleFields, roleFieldProblems, roleNameTaken } from './role-fields.ts';
import { beyond, beyondProblem, rolesById, toGrants } from './role-grants.ts';
import { grantLines, writeGrants } from './write-grants.ts';

export type UpdateRoleInput = RoleFields & { id: string; version: number };

export const builtInStays = 'The built-in roles are the same in every workspace: make a role of your own instead.';

/** Changes a role of the workspace's own, for everybody who has it, from the next request on. */
export const updateRole = command<UpdateRoleInput>('role.update', async (context, input) => {
  const { tx, principal, now } = context;
  await lock(tx, principal.workspace.id, 'rights');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const before = await tx.role.findFirst({ where: mayUpdate });
  if (!before) return refused(notFound('role', 'input', 'id'));
  if (before.builtIn) return refused(invalid(builtInStays, 'input', 'id'));
  const claim = input.name ? { value: input.name.trim(), scope: null, id: input.id } : null;
  const problems = [
    ...roleFieldProblems(input, false),
    ...(await takenProblems(context, 'role', claim, roleNameTaken, 'input', 'name')),
  ];
  if (problems.length > 0) return refused(...problems);
  const given = (await rolesById(context, [input.id])).get(input.id)!.grants;
  const grants = input.grants ? toGrants(input.grants) : given;
  const tooMuch = beyond(context, grants, given);
  if (tooMuch.length > 0) return refused(beyondProblem(tooMuch, 'input', 'grants'));
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.role.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: { name: input.name?.trim() ?? before.name, version: { increment: 1 }, updatedAt: now },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  if (input.grants) {
    await writeGrants(context, input.id, grants);
    await recordSecurityEvent(tx, context, {
      type: 'privilege_permissions_changed', noun: 'role', recordId: input.id, detail: `role ${after.name} changed`,
    });
  }
  return done(input.id, after.version, {
    before: { ...before, grants: grantLines(given) }, after: { ...after, grants: grantLines(grants) },
  });
});
