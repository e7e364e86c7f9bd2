import { OverloadedError } from '../../auth/hash-queue.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../auth/password.ts';
import { callerIn } from '../../db/caller.ts';
import { type Membership, findUserByEmail, holdsPassword, membershipsOfUser, setPassword } from '../../db/identity.ts';
import { forgetTries, freeTries, giveTurnBack, takeSignIn } from '../../db/limits.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { type Answer, declined, invalidCredentials } from './errors.ts';
import { inEvenTime, networkOf, noteExcess, signInsOf, takeNetworkTurn } from './limits.ts';
import { type NewSession, type SignedIn, beginSession, signedInBy } from './signed-in.ts';

export type SignInInput = {
  email: string;
  password: string;
  /** Slug of the workspace to work in; without it, the first by name of those the user is a member of. */
  workspace?: string | null;
} & Pick<NewSession, 'replacedToken'> & Pick<Origin, 'userAgent'> & Partial<Origin>;

type SignInServices = Pick<Services, 'database' | 'newId' | 'now' | 'attemptsPerNetwork'>;

/**
 * Starts a session. An unknown address, a wrong password, no password yet, no membership (in that workspace), too many
 * tries: one answer, in one time.
 *
 * @throws OverloadedError when too many passwords wait to be checked
 * @throws ThrottledError when too many sign-ins from this network have failed
 */
export async function signIn(services: SignInServices, input: SignInInput): Promise<Answer<SignedIn>> {
  const { database } = services;
  const network = networkOf(input);
  await takeNetworkTurn(services, originIn(input));
  const startedAt = performance.now();
  const answer = await attempt(services, input, network);
  if (!answer.ok) return inEvenTime(async () => answer, { startedAt, stepMilliseconds: 200 });
  if (network) await giveTurnBack(database, signInsOf(network));
  return answer;
}

async function attempt(
  services: SignInServices, input: SignInInput, network: string | null,
): Promise<Answer<SignedIn>> {
  const { database } = services;
  const email = normaliseEmail(input.email);
  // Counted before the password is looked at, so that of many at once no more are looked at than there are tries.
  const turn = await takeSignIn(database, email ?? '', network ?? '');
  const user = email === null ? null : await findUserByEmail(database, email);
  if (!turn) {
    const detail = 'sign-ins to one account';
    await noteExcess(services, originIn(input), `${detail}: ${email}`, { userId: user?.id ?? null, detail });
    return declined(invalidCredentials);
  }
  const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
  const membership = user && isRight ? await membershipFor(database, user.id, input.workspace) : undefined;
  if (!user?.passwordHash || !membership) {
    await noteFailure(services, { userId: user?.id ?? null, email, tries: turn.tries }, originIn(input));
    return declined(invalidCredentials);
  }

  const passwordHash = await strengthened(
    database, { userId: user.id, email: email!, passwordHash: user.passwordHash }, input.password);
  const token = await database.transaction(membership.workspaceId, async (tx) => {
    const caller = callerIn(tx);
    if (!await holdsPassword(caller, user.id, passwordHash)) return null;
    await forgetTries(caller, turn.key);
    await recordAccountEvent(caller, services, originIn(input), {
      type: 'authn_login_success', userId: user.id, workspaceId: membership.workspaceId,
    });
    return beginSession(tx, services, originIn(input), {
      userId: user.id, workspaceId: membership.workspaceId, replacedToken: input.replacedToken,
    });
  });
  // It was changed a moment ago.
  if (token === null) return declined(invalidCredentials);
  return signedInBy(database, token);
}

async function membershipFor(
  database: Services['database'], userId: string, workspace: string | null | undefined,
): Promise<Membership | undefined> {
  const memberships = await membershipsOfUser(database, userId);
  const wanted = workspace?.trim().toLowerCase();
  return wanted ? memberships.find(({ slug }) => slug === wanted) : memberships[0];
}

/** The try that uses the free ones up is told to whose account it is. */
async function noteFailure(
  services: SignInServices, { userId, email, tries }: { userId: string | null; email: string | null; tries: number },
  origin: Origin,
): Promise<void> {
  const { database, now } = services;
  await recordAccountEvent(database, services, origin, { type: 'authn_login_fail', userId });
  if (tries !== freeTries) return;
  await recordAccountEvent(database, services, origin, { type: 'authn_login_lock', userId });
  if (!userId || !email) return;
  await database.transaction(platformWorkspaceId, (tx) => queueMail(tx, services, {
    template: 'sign-in-blocked', to: { address: email }, variables: { at: now() }, link: { path: '/forgot-password' },
  }));
}

function originIn({ ipAddress = null, userAgent, requestId = null }: SignInInput): Origin {
  return { ipAddress, userAgent, requestId };
}

/**
 * Passwords are at hand only here: this is where old hashes are brought up to today's parameters. @returns what is kept
 */
async function strengthened(
  database: Services['database'],
  { userId, email, passwordHash }: { userId: string; email: string; passwordHash: string },
  password: string,
): Promise<string> {
  if (!needsRehash(passwordHash)) return passwordHash;
  try {
    const stronger = await hashPassword(password);
    if (await setPassword(database, userId, passwordHash, stronger)) return stronger;
    // Another sign-in has done the same, or it is another password by now.
    const kept = (await findUserByEmail(database, email))?.passwordHash;
    return kept && await verifyPassword(kept, password) ? kept : passwordHash;
  } catch (error) {
    // There will be another sign-in.
    if (!(error instanceof OverloadedError)) throw error;
    return passwordHash;
  }
}
