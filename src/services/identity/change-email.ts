import {
  findLink, issueLink, linkEnd, linkMinutes, revokeLink, takeLink,
} from '../../auth/link-tokens.ts';
import { type Caller, callerIn } from '../../db/caller.ts';
import { changeEmail as writeEmail, findUser, findUserByEmail, membershipsOfUser } from '../../db/identity.ts';
import { forgetSignIns } from '../../db/limits.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { type UserError, invalid, notPermitted } from '../errors.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { proveWithPassword } from './change-password.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { endSessions } from './end-sessions.ts';
import { type Answer, declined, noSuchLink, succeeded } from './errors.ts';
import { inEvenTime, mayCauseMail } from './limits.ts';
import type { SignedInUser } from './sessions.ts';
import { noAddress, tellKnown } from './sign-up.ts';

/**
 * Asks the new address whether it is the person's (`confirmEmail`); the old one stays until then. Where the new address
 * has an account already, a mail there says so, and the answer and its time are the same.
 *
 * @throws ThrottledError
 */
export async function changeEmail(
  services: Pick<Services, 'database' | 'newId' | 'now' | 'cursorSecret' | 'attemptsPerNetwork'>,
  { userId }: SignedInUser, { newEmail, currentPassword }: { newEmail: string; currentPassword: string },
  origin: Origin,
): Promise<Answer<null>> {
  const { database } = services;
  const email = normaliseEmail(newEmail);
  if (email === null) return declined(noAddress('input', 'newEmail'));
  const proof = await proveWithPassword(services, userId, currentPassword, origin);
  if (!proof.ok) return proof;
  const { value: user } = proof;
  const foreign = await domainProblems(database, userId, email, 'newEmail');
  if (foreign.length > 0) return declined(...foreign);
  if (email === user.email) return declined(invalid('This is the address that you have.', 'input', 'newEmail'));
  return inEvenTime(async () => {
    if (!await mayCauseMail(services, origin, email)) return succeeded(null);
    await database.transaction(platformWorkspaceId, async (tx) => {
      const caller = callerIn(tx);
      const other = await findUserByEmail(caller, email);
      if (other) {
        await tellKnown(tx, services, other.id, email);
        return;
      }
      const tokenId = await issueLink(caller, services, 'CHANGE_EMAIL', { subject: userId, userId, email });
      await queueMail(tx, services, {
        template: 'confirm-new-address', to: { address: email, name: user.name },
        variables: { lifetimeMinutes: linkMinutes.CHANGE_EMAIL },
        link: { path: '/confirm-email', purpose: 'CHANGE_EMAIL', tokenId },
        usefulUntil: linkEnd('CHANGE_EMAIL', services.now()),
      });
    });
    return succeeded(null);
  });
}

/** Workspaces that one is a member of, and that take addresses of other domains alone: each of them, at once. */
async function domainProblems(caller: Caller, userId: string, email: string, field: string): Promise<UserError[]> {
  const memberships = await membershipsOfUser(caller, userId);
  const domain = email.split('@')[1]!;
  return memberships
    .filter(({ allowedEmailDomains: allowed }) => allowed.length > 0 && !allowed.includes(domain))
    .map(({ name, allowedEmailDomains: allowed }) => notPermitted(
      `In "${name}" addresses are of these domains: ${allowed.join(', ')}.`, 'input', field));
}

/** What a link changes, without using it up; null when it does not work. */
export async function findEmailLink(
  database: Services['database'], token: string,
): Promise<{ userId: string; email: string } | null> {
  const link = await findLink(database, token, 'CHANGE_EMAIL');
  return link?.userId && link.email ? { userId: link.userId, email: link.email } : null;
}

/**
 * Makes the new address the one to sign in with, by the link that was sent to it. Both addresses are told, all sessions
 * end, and links that were sent to the old address stop working.
 */
export async function confirmEmail(
  services: Pick<Services, 'database' | 'newId' | 'now'>, token: string, origin: Origin,
): Promise<Answer<{ email: string }>> {
  const { database, now } = services;
  const asked = await findEmailLink(database, token);
  const foreign = asked ? await domainProblems(database, asked.userId, asked.email, 'token') : [];
  if (foreign.length > 0) return declined(...foreign);
  const email = await database.transaction(platformWorkspaceId, async (tx) => {
    const caller = callerIn(tx);
    const link = await takeLink(caller, token, 'CHANGE_EMAIL');
    if (!link?.userId || !link.email) return null;
    const { userId, email: newAddress } = link;
    const before = await writeEmail(caller, userId, newAddress);
    if (before === null) return null;
    const user = (await findUser(caller, userId))!;
    await endSessions(caller, services, origin, { userId }, 'the address was changed');
    await revokeLink(caller, 'RESET_PASSWORD', userId);
    await revokeLink(caller, 'SET_PASSWORD', userId);
    await forgetSignIns(caller, newAddress);
    await recordAccountEvent(caller, services, origin, { type: 'user_updated', userId, detail: 'another address' });
    for (const address of [before, newAddress]) {
      await queueMail(tx, services, {
        template: 'address-changed', to: { address, name: user.name }, variables: { at: now(), newAddress },
      });
    }
    return newAddress;
  });
  return email === null ? declined(noSuchLink) : succeeded({ email });
}
