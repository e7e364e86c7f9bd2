import { lock } from '../../db/lock.ts';
import { type Command, type CommandContext, command, done, refused, unchanged } from '../command.ts';
import { type UserError, invalid, notFound, versionConflict } from '../errors.ts';
import { reachable } from '../records.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { endSessions, lastOwnerProblems, standingProblems, tellOfStanding } from './standing.ts';

type StandingInput = { id: string; version: number };

/**
 * Lets a member do nothing for a while: his sessions end, his keys rest, from the next request on. Records, roles and
 * team stay his.
 */
export const suspendMember = standingCommand('suspend', false);

/** Takes a suspended or removed member in again, with the roles he has; keys that were not revoked work again. */
export const reactivateMember = standingCommand('reactivate', true);

function standingCommand(act: string, isActive: boolean): Command<StandingInput> {
  return command<StandingInput>(
    'member.update',
    async (context, input) => {
      const { tx, principal, now } = context;
      const workspaceId = principal.workspace.id;
      await lock(tx, workspaceId, 'rights');
      const mayUpdate = { AND: [reachable(context), { id: input.id }] };
      const found = await tx.member.findFirst({ where: mayUpdate, include: { roles: { select: { roleId: true } } } });
      if (!found) return refused(notFound('member', 'input', 'id'));
      const { roles, ...before } = found;
      if (before.isActive === isActive) return unchanged(before.id);
      const roleIds = roles.map(({ roleId }) => roleId);
      const problems = [
        ...selfProblems(context, input, isActive),
        ...(await standingProblems(context, roleIds, 'input', 'id')),
      ];
      if (problems.length > 0) return refused(...problems);
      const ownerProblems = await lastOwnerProblems(context, before, roleIds, isActive ? roleIds : []);
      if (ownerProblems.length > 0) return refused(...ownerProblems);
      if (before.version !== input.version) return refused(versionConflict(before.version));
      const [after] = await tx.member.updateManyAndReturn({
        where: { AND: [mayUpdate, { version: input.version }] },
        data: { isActive, removedAt: null, version: { increment: 1 }, updatedAt: now },
      });
      if (!after) return refused(versionConflict(before.version + 1));
      await recordSecurityEvent(tx, context, {
        type: isActive ? 'user_reactivated' : 'user_archived',
        subjectId: before.id,
      });
      if (!isActive) await endSessions(context, before, 'the member was suspended');
      await tellOfStanding(context, before, isActive);
      return done(before.id, after.version, { before, after });
    },
    { act },
  );
}

function selfProblems({ principal }: CommandContext, { id }: StandingInput, isActive: boolean): UserError[] {
  if (isActive || id !== principal.memberId) return [];
  return [invalid('Nobody suspends himself: he could not come back.', 'input', 'id')];
}
