import { type Outcome, command, done, refused } from '../command.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { takenProblems } from '../taken-names.ts';
import { type RoleFields, roleFieldProblems, roleNameTaken } from './role-fields.ts';
import { type GrantFields, beyond, beyondProblem, toGrants } from './role-grants.ts';
import { grantLines, writeGrants } from './write-grants.ts';

export type CreateRoleInput = RoleFields & { name: string; grants: readonly GrantFields[] };

/** Makes a role of the workspace's own, out of the same grants that the built-in ones are made of. */
export const createRole = command<CreateRoleInput>('role.create', async (context, input): Promise<Outcome> => {
  const { tx, principal, services, now } = context;
  const claim = { value: input.name.trim(), scope: null };
  const problems = [
    ...roleFieldProblems(input, true),
    ...(await takenProblems(context, 'role', claim, roleNameTaken, 'input', 'name')),
  ];
  if (problems.length > 0) return refused(...problems);
  const grants = toGrants(input.grants);
  const tooMuch = beyond(context, grants);
  if (tooMuch.length > 0) return refused(beyondProblem(tooMuch, 'input', 'grants'));
  const row = {
    workspaceId: principal.workspace.id,
    id: services.newId(),
    name: input.name.trim(),
    createdAt: now,
    updatedAt: now,
  };
  await tx.role.create({ data: row, select: { id: true } });
  await writeGrants(context, row.id, grants);
  await recordSecurityEvent(tx, context, {
    type: 'privilege_permissions_changed', noun: 'role', recordId: row.id, detail: `role ${row.name} made`,
  });
  return done(row.id, 1, { after: { ...row, grants: grantLines(grants) } });
});
