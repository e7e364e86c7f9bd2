import { loadPrincipals } from '../../auth/load-principals.ts';
import { type LinkRow, findLink, takeLink } from '../../auth/link-tokens.ts';
import { hashPassword, passwordProblem } from '../../auth/password.ts';
import type { Principal } from '../../auth/principal.ts';
import { type Caller, callerIn } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import * as identity from '../../db/identity.ts';
import { lock } from '../../db/lock.ts';
import type { Origin, Services } from '../context.ts';
import { type UserError, alreadyTaken, invalid, notPermitted } from '../errors.ts';
import { type Answer, declined, noSuchLink, succeeded } from '../identity/errors.ts';
import { proveWithPassword } from '../identity/change-password.ts';
import { type NewSession, type SignedIn, beginSession, signedInBy } from '../identity/signed-in.ts';
import { givingProblems } from '../member/member-roles.ts';
import { rolesById } from '../role/role-grants.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { textProblems } from '../validate.ts';
import { domainProblems, inviterProblems } from './invite-rights.ts';
import { joinWorkspace } from './join-workspace.ts';

export type AcceptInvitationInput = {
  token: string;
  /** Of the account; of a new one, to be set. Not needed by who is signed in to it. */
  password?: string | null;
  /** What colleagues see; otherwise what the invitation or the account says. */
  name?: string | null;
} & Pick<NewSession, 'replacedToken'>;

type AcceptServices = Pick<Services, 'database' | 'newId' | 'now' | 'attemptsPerNetwork'>;

/** What the page of an invitation shows before it is accepted. */
export type InvitationFacts = { email: string; workspace: string; inviter: string; hasAccount: boolean };

/** Whom a link invites and where, without using it up; null when it does not work. */
export async function findInvitation({ database }: AcceptServices, token: string): Promise<InvitationFacts | null> {
  const link = await findLink(database, token, 'INVITATION');
  if (!link?.workspaceId || !link.email) return null;
  const user = await identity.findUserByEmail(database, link.email);
  return database.transaction(link.workspaceId, async (tx) => {
    const invitation = await tx.invitation.findUnique({
      where: { workspaceId_id: { workspaceId: link.workspaceId!, id: link.subject } },
      select: { invitedBy: { select: { name: true } }, workspace: { select: { name: true } } },
    });
    return (
      invitation && {
        email: link.email!,
        workspace: invitation.workspace.name,
        inviter: invitation.invitedBy.name,
        hasAccount: Boolean(user?.passwordHash),
      }
    );
  });
}

/**
 * Makes whoever holds the link a member, and starts a session there. The link alone is enough for a new account;
 * whoever has one with this address shows that it is his, by its password or by being signed in. Of many at once, one
 * succeeds.
 *
 * @param principal who is signed in already, if anybody
 * @throws OverloadedError when too many passwords wait to be hashed
 */
export async function acceptInvitation(
  services: AcceptServices, input: AcceptInvitationInput, principal: Principal | null, origin: Origin,
): Promise<Answer<SignedIn>> {
  const { database } = services;
  const link = await findLink(database, input.token, 'INVITATION');
  if (!link?.workspaceId || !link.email) return declined(noSuchLink);
  const wrongName = textProblems(input.name, ['input', 'name'], { min: 1, max: 200 });
  if (wrongName.length > 0) return declined(...wrongName);
  const account = await accountFor(services, link, input, principal, origin);
  if (!account.ok) return account;

  try {
    const outcome = await database.transaction(link.workspaceId, (tx) =>
      join(tx, services, link, input, { account: account.value, origin }),
    );
    return typeof outcome === 'string' ? signedInBy(database, outcome) : declined(...outcome);
  } catch (error) {
    if (error instanceof LinkGoneError) return declined(noSuchLink);
    throw error;
  }
}

/** The link ran out while it was being used: what was done with it is undone. */
class LinkGoneError extends Error {}

/** Of a user who is there, or of one to be made; `passwordHash` is to be set. */
type Account = { userId: string | null; passwordHash: string | null };

async function accountFor(
  services: AcceptServices, link: LinkRow, { password }: AcceptInvitationInput, principal: Principal | null,
  origin: Origin,
): Promise<Answer<Account>> {
  const user = await identity.findUserByEmail(services.database, link.email!);
  if (principal?.kind === 'member' && principal.userId !== null) {
    if (principal.userId === user?.id) return succeeded({ userId: user.id, passwordHash: null });
    const message = 'The invitation is for another address than the one you are signed in with.';
    return declined(notPermitted(message, 'input', 'token'));
  }
  if (user?.passwordHash) {
    const proof = await proveWithPassword(services, user.id, password ?? '', origin);
    if (proof.ok) return succeeded({ userId: user.id, passwordHash: null });
    return declined(...proof.userErrors.map((error) => ({ ...error, path: ['input', 'password'] })));
  }
  const wrong = password == null ? 'A new account needs a password.' : passwordProblem(password, [link.email!]);
  if (wrong) return declined(invalid(wrong, 'input', 'password'));
  return succeeded({ userId: user?.id ?? null, passwordHash: await hashPassword(password!) });
}

/** @returns the session's token, or what stands against it; then the link still works */
async function join(
  tx: Transaction, services: AcceptServices, link: LinkRow, input: AcceptInvitationInput,
  { account, origin }: { account: Account; origin: Origin },
): Promise<string | UserError[]> {
  const workspaceId = link.workspaceId!;
  const caller = callerIn(tx);
  const now = services.now();
  await lock(tx, workspaceId, 'rights');
  const found = await tx.invitation.findFirst({
    where: { workspaceId, id: link.subject, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
    include: { roles: { select: { roleId: true } } },
  });
  if (!found) return [noSuchLink];
  const { roles, ...invitation } = found;
  const roleIds = roles.map(({ roleId }) => roleId);
  const problems = await standingProblems(tx, { ...invitation, roleIds }, now);
  if (problems.length > 0) return problems;
  const name = input.name?.trim() || invitation.name || invitation.email.split('@')[0]!;
  const userId = await userOf(caller, services.newId(), account, { email: invitation.email, name });
  if (!userId) return [alreadyTaken('There is an account with this address by now: open the link again.', 'input')];
  if (!(await takeLink(caller, input.token, 'INVITATION'))) throw new LinkGoneError();
  const person = { userId, name: input.name?.trim() ?? null, fallback: name };
  await joinWorkspace(tx, services, { ...invitation, roleIds }, person);
  await recordAccountEvent(caller, services, origin, {
    type: 'user_created', userId, workspaceId, noun: 'invitation', recordId: invitation.id, detail: 'by invitation',
  });
  return beginSession(tx, services, origin, { userId, workspaceId, replacedToken: input.replacedToken });
}

/**
 * The user that the account is of, made or given its password where that was still to be done.
 *
 * @returns null when somebody else has made the account, or set its password, since we looked: it is not touched
 */
async function userOf(
  caller: Caller, newId: string, { userId, passwordHash }: Account, person: { email: string; name: string },
): Promise<string | null> {
  if (userId === null) {
    const made = await identity.createUser(caller, { id: newId, ...person, passwordHash });
    return made === newId ? made : null;
  }
  return passwordHash === null || (await identity.setPassword(caller, userId, null, passwordHash)) ? userId : null;
}

type Standing = { workspaceId: string; invitedById: string; teamId: string | null; email: string; roleIds: string[] };

/** What was asked of who invites is asked again: he may have left, or lost what he gave; rules may have changed. */
async function standingProblems(
  tx: Transaction, { workspaceId, invitedById, teamId, email, roleIds }: Standing, now: Date,
): Promise<UserError[]> {
  const workspace = await tx.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { id: true, slug: true, name: true, timeZone: true, locale: true, defaultCurrency: true },
  });
  const [inviter] = await loadPrincipals(tx, workspace, now, [invitedById]);
  if (!inviter) return [noSuchLink];
  const inviting = { tx, principal: inviter };
  const roles = await rolesById(inviting, roleIds);
  const isStanding =
    (await inviterProblems(inviting, teamId)).length === 0 &&
    [...roles.values()].every((role) => givingProblems(inviting, role, []).length === 0) &&
    (await domainProblems(inviting, email)).length === 0;
  if (isStanding) return [];
  return [notPermitted('Who has invited you may not do so any more. Ask for another invitation.', 'input', 'token')];
}
