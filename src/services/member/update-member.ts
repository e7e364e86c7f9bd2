import { lock } from '../../db/lock.ts';
import { type CommandContext, command, done, refused } from '../command.ts';
import { type UserError, notFound, notPermitted, versionConflict } from '../errors.ts';
import {
  type ExternalReferenceFields, keptReferences, referenceProblems, replaceReferences,
} from '../external-references.ts';
import { linkProblems, reachable } from '../records.ts';
import { rolesById } from '../role/role-grants.ts';
import { type SecurityEvent, recordSecurityEvent } from '../security-log/record-event.ts';
import { mightyRoles, nameOf, tellMember, tellOwners } from '../tell-member.ts';
import { requiredProblems, textProblems } from '../validate.ts';
import { givingProblems, roleProblems } from './member-roles.ts';
import { endSessions, lastOwnerProblems, standingProblems, tellOfStanding } from './standing.ts';

export type UpdateMemberInput = {
  id: string;
  version: number;
  name?: string | null;
  /** All roles of the member: they replace those he has. */
  roleIds?: readonly string[] | null;
  teamId?: string | null;
  /** False suspends: the member keeps his records and can do nothing, from his next request on. */
  isActive?: boolean | null;
  externalReferences?: readonly ExternalReferenceFields[] | null;
};

/** Changes a member's name, roles and team, or whether he is one still. */
export const updateMember = command<UpdateMemberInput>('member.update', async (context, input) => {
  const { tx, principal, now } = context;
  const workspaceId = principal.workspace.id;
  await lock(tx, workspaceId, ...(input.teamId ? ['teams' as const] : []), 'rights');
  const mayUpdate = { AND: [reachable(context), { id: input.id }] };
  const found = await tx.member.findFirst({ where: mayUpdate, include: { roles: { select: { roleId: true } } } });
  if (!found) return refused(notFound('member', 'input', 'id'));
  const { roles, ...before } = found;
  const roleIds = roles.map(({ roleId }) => roleId).sort();
  const wantedIds = input.roleIds ? [...new Set(input.roleIds)].sort() : roleIds;
  const isActive = input.isActive ?? before.isActive;
  const problems = [
    ...requiredProblems(input.name, ['input', 'name'], input.name === null),
    ...textProblems(input.name, ['input', 'name'], { min: 1, max: 200 }),
    ...requiredProblems(input.isActive, ['input', 'isActive'], input.isActive === null),
    ...requiredProblems(input.roleIds, ['input', 'roleIds'], input.roleIds === null),
    ...await teamProblems(context, before, input.teamId),
    ...await roleChangeProblems(context, input, roleIds, wantedIds),
    ...(isActive === before.isActive ? [] : await standingProblems(context, roleIds, 'input', 'isActive')),
    ...(await referenceProblems(context, input.externalReferences, input.id)),
  ];
  if (problems.length > 0) return refused(...problems);
  const ownerProblems = await lastOwnerProblems(context, before, roleIds, isActive ? wantedIds : []);
  if (ownerProblems.length > 0) return refused(...ownerProblems);
  if (before.version !== input.version) return refused(versionConflict(before.version));
  const [after] = await tx.member.updateManyAndReturn({
    where: { AND: [mayUpdate, { version: input.version }] },
    data: {
      ...(input.name ? { name: input.name.trim() } : {}),
      ...(input.teamId === undefined ? {} : { teamId: input.teamId }),
      ...(isActive === before.isActive ? {} : { isActive, removedAt: null }),
      version: { increment: 1 },
      updatedAt: now,
    },
  });
  if (!after) return refused(versionConflict(before.version + 1));
  await writeRoles(context, input.id, roleIds, wantedIds);
  if (!isActive && before.isActive) await endSessions(context, before, 'the member was suspended');
  if (isActive !== before.isActive) await tellOfStanding(context, before, isActive);
  await recordChanges(context, before, after, { given: wantedIds, had: roleIds });
  const kept = keptReferences(input.externalReferences);
  const replaced = await replaceReferences(context, input.id, kept);
  return done(input.id, after.version, {
    before: { ...before, roles: roleIds, ...replaced },
    after: { ...after, roles: wantedIds, ...kept },
  });
});

/** Roles that are given or taken away; those that stay are nobody's business. */
async function roleChangeProblems(
  context: CommandContext, { roleIds = [] }: UpdateMemberInput, before: readonly string[], after: readonly string[],
): Promise<UserError[]> {
  const given = after.filter((id) => !before.includes(id));
  const taken = before.filter((id) => !after.includes(id));
  const place = (ids: readonly string[], at: number) => [
    'input',
    'roleIds',
    ...(roleIds!.includes(ids[at]!) ? [String(roleIds!.indexOf(ids[at]!))] : []),
  ];
  const roles = await rolesById(context, taken);
  return [
    ...(await roleProblems(context, given, (at) => place(given, at))),
    ...taken.flatMap((id) => givingProblems(context, roles.get(id)!, ['input', 'roleIds'])),
  ];
}

/**
 * A team decides what its members reach, so it is given as rights are: who updates any member, puts him into any team;
 * who updates his own team's, into one of these; who may only update himself, into none.
 */
async function teamProblems(
  context: CommandContext, before: { teamId: string | null }, teamId: string | null | undefined,
): Promise<UserError[]> {
  if (teamId === undefined || teamId === before.teamId) return [];
  const absent = await linkProblems(context, [{ noun: 'team', id: teamId, path: ['input', 'teamId'] }]);
  if (absent.length > 0) return absent;
  const { profile, teamIds } = context.principal;
  const reach = profile.reachOf('member', 'update');
  if (reach === 'any' || (reach === 'team' && (teamId === null || teamIds.includes(teamId)))) return [];
  return [notPermitted('You may not put members into a team that you do not reach yourself.', 'input', 'teamId')];
}

async function writeRoles(
  { tx, principal }: CommandContext, memberId: string, before: readonly string[], after: readonly string[],
): Promise<void> {
  const workspaceId = principal.workspace.id;
  const taken = before.filter((id) => !after.includes(id));
  const given = after.filter((id) => !before.includes(id));
  if (taken.length > 0) await tx.memberRole.deleteMany({ where: { workspaceId, memberId, roleId: { in: taken } } });
  if (given.length > 0)
    await tx.memberRole.createMany({ data: given.map((roleId) => ({ workspaceId, memberId, roleId })) });
}

type Rightful = { id: string; name: string; teamId: string | null; isActive: boolean };

/** What the change means for the member's account and rights, in the security log. */
async function recordChanges(
  context: CommandContext, before: Rightful, after: Rightful, { given, had }: { given: string[]; had: string[] },
): Promise<void> {
  const changed = [...given, ...had].filter((id) => given.includes(id) !== had.includes(id));
  const roles = await rolesById(context, changed);
  const events: SecurityEvent[] = changed.map((id) => ({
    type: 'authz_change', noun: 'role', recordId: id,
    detail: `role ${roles.get(id)!.name} ${given.includes(id) ? 'given' : 'taken away'}`,
  }));
  if (before.teamId !== after.teamId) {
    const detail = after.teamId ? 'put into a team' : 'in no team';
    events.push({ type: 'authz_change', noun: 'team', recordId: after.teamId, detail });
  }
  if (before.name !== after.name) events.push({ type: 'user_updated', detail: 'name changed' });
  if (before.isActive !== after.isActive) events.push({ type: after.isActive ? 'user_reactivated' : 'user_archived' });
  await recordSecurityEvent(context.tx, context, ...events.map((event) => ({ ...event, subjectId: after.id })));
  if (changed.length > 0 && after.id !== context.principal.memberId) await tellOfRoles(context, after.id, given);
  const mighty = mightyRoles(changed.filter((id) => given.includes(id)).map((id) => roles.get(id)!));
  if (mighty.length > 0) await tellOwnersOf(context, after, mighty);
}

async function tellOwnersOf(context: CommandContext, { id, name }: Rightful, roles: readonly string[]): Promise<void> {
  const { tx, principal, services, now } = context;
  const about = { workspaceId: principal.workspace.id, knowing: [principal.memberId, id] };
  await tellOwners(tx, services, about, 'privileges-given', {
    at: now, by: await nameOf(context), member: name, roles: roles.join(', '),
  });
}

/** Who has got other roles than he had is told by whom: it may be news to him, or to the owners. */
async function tellOfRoles(context: CommandContext, memberId: string, roleIds: readonly string[]): Promise<void> {
  const { tx, principal, services, now } = context;
  const names = [...(await rolesById(context, roleIds)).values()].map(({ name }) => name).sort();
  await tellMember(tx, services, { workspaceId: principal.workspace.id, memberId }, 'roles-changed', {
    at: now, by: await nameOf(context), roles: names.join(', ') || '–',
  });
}
