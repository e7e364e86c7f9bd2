import { type OwnedNoun, ownedNouns } from '../../auth/nouns.ts';
import { allowed } from '../../auth/reach.ts';
import { lock } from '../../db/lock.ts';
import { all } from '../../db/predicate.ts';
import { type Command, type CommandContext, command, done, refused, unchanged } from '../command.ts';
import { type UserError, invalid, notFound, notPermitted, userError } from '../errors.ts';
import { recordsOf } from '../noun-models.ts';
import { linkProblems, reachable, whereOf } from '../records.ts';

/** Who gets a record: a member, or a team with the teams below it. */
export type Receiver = { memberId?: string | null; teamId?: string | null };
export type ShareRecordInput = Receiver & { recordId: string; level: 'READ' | 'EDIT'; endsAt?: Date | null };
export type UnshareRecordInput = Receiver & { recordId: string };

/** Shares of one record, those that have ended included. */
const maxShares = 100;

/**
 * Gives a record to a member or a team, or changes how long and how far it is given. The record itself stays as it is,
 * its version too. Only what one may change oneself can be given for changing.
 */
export const shareRecord = forEachNoun<ShareRecordInput>((noun) =>
  command<ShareRecordInput>(`${noun}.share`, async (context, input) => {
    const { tx, principal, services, now } = context;
    await lock(tx, principal.workspace.id, 'shares');
    const version = await versionOf(context, input.recordId, reachable(context));
    const problems = [
      ...(version === null ? [notFound(noun, 'input', 'recordId')] : []),
      ...(await receiverProblems(context, input)),
      ...(input.endsAt && input.endsAt <= now ? [invalid('A share ends in the future.', 'input', 'endsAt')] : []),
      ...(version !== null && input.level === 'EDIT' ? await editProblems(context, input.recordId) : []),
    ];
    if (version === null || problems.length > 0) return refused(...problems);
    const of = { workspaceId: principal.workspace.id, [`${noun}Id`]: input.recordId };
    const to = receiverOf(input);
    const after = { ...to, level: input.level, endsAt: input.endsAt ?? null };
    const before = await tx.recordShare.findFirst({
      where: { ...of, ...to },
      select: { id: true, level: true, endsAt: true },
    });
    if (before) {
      if (before.level === after.level && before.endsAt?.getTime() === after.endsAt?.getTime())
        return unchanged(input.recordId);
      await tx.recordShare.updateMany({ where: { workspaceId: of.workspaceId, id: before.id }, data: after });
    } else {
      if ((await tx.recordShare.count({ where: of })) >= maxShares) {
        return refused(userError('LIMIT_REACHED', `A record has at most ${maxShares} shares.`, 'input', 'recordId'));
      }
      await tx.recordShare.create({
        data: { ...of, ...after, id: services.newId(), createdAt: now },
        select: { id: true },
      });
    }
    const was = before && { ...to, level: before.level, endsAt: before.endsAt };
    return done(input.recordId, version, { before: { shares: was }, after: { shares: after } });
  }),
);

/** Takes a record away from a member or a team, from their next request on. */
export const unshareRecord = forEachNoun<UnshareRecordInput>((noun) =>
  command<UnshareRecordInput>(
    `${noun}.share`,
    async (context, input) => {
      const { tx, principal } = context;
      await lock(tx, principal.workspace.id, 'shares');
      const version = await versionOf(context, input.recordId, reachable(context));
      const problems = [
        ...(version === null ? [notFound(noun, 'input', 'recordId')] : []),
        ...oneReceiverProblems(input),
        ...(await visibleProblems(context, input)),
      ];
      if (version === null || problems.length > 0) return refused(...problems);
      const to = receiverOf(input);
      const where = { workspaceId: principal.workspace.id, [`${noun}Id`]: input.recordId, ...to };
      const before = await tx.recordShare.findFirst({ where, select: { level: true, endsAt: true } });
      if (!before) return refused(notFound('share', 'input'));
      await tx.recordShare.deleteMany({ where });
      return done(input.recordId, version, { before: { shares: { ...to, ...before } }, after: { shares: null } });
    },
    { act: 'unshare' },
  ),
);

function forEachNoun<Input>(make: (noun: OwnedNoun) => Command<Input>): Record<OwnedNoun, Command<Input>> {
  return Object.fromEntries(ownedNouns.map((noun) => [noun, make(noun)])) as Record<OwnedNoun, Command<Input>>;
}

function receiverOf({ memberId, teamId }: Receiver): { memberId: string } | { teamId: string } {
  return memberId ? { memberId } : { teamId: teamId! };
}

function oneReceiverProblems({ memberId, teamId }: Receiver): UserError[] {
  return Boolean(memberId) === Boolean(teamId) ? [invalid('Name either a member or a team.', 'input')] : [];
}

/** A receiver that one can see, and that is still there. */
async function receiverProblems(context: CommandContext, receiver: Receiver): Promise<UserError[]> {
  const { tx, principal } = context;
  const { memberId } = receiver;
  const problems = [...oneReceiverProblems(receiver), ...(await visibleProblems(context, receiver))];
  if (problems.length > 0 || !memberId) return problems;
  const member = await tx.member.findFirst({
    where: { workspaceId: principal.workspace.id, id: memberId },
    select: { isActive: true },
  });
  return member?.isActive ? [] : [notFound('member', 'input', 'memberId')];
}

/** Whom one cannot see is as if he were not there: nobody finds out what he has by taking it away. */
function visibleProblems(context: CommandContext, { memberId, teamId }: Receiver): Promise<UserError[]> {
  return linkProblems(context, [
    { noun: 'member', id: memberId, path: ['input', 'memberId'] },
    { noun: 'team', id: teamId, path: ['input', 'teamId'] },
  ]);
}

/** Nobody gives what he does not hold. */
async function editProblems(context: CommandContext, recordId: string): Promise<UserError[]> {
  const { principal: { profile }, noun } = context;
  const mayUpdate = whereOf(context, noun, all(allowed(profile, noun, 'update')));
  if (await versionOf(context, recordId, mayUpdate) !== null) return [];
  return [notPermitted(
    `What one may not change oneself, one cannot give for changing: that needs the permission ${noun}.update.`,
    'input', 'level',
  )];
}

/** The record's version; null when it does not fulfil the condition. */
async function versionOf({ tx, noun }: CommandContext, id: string, where: object): Promise<number | null> {
  const found = await recordsOf<{ version: number }>(tx, noun).findFirst({
    where: { AND: [where, { id }] }, select: { version: true },
  });
  return found?.version ?? null;
}
