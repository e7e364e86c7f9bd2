import { issueLink, linkAbout, linkEnd, linkMinutes } from '../../auth/link-tokens.ts';
import { callerIn } from '../../db/caller.ts';
import type { Transaction } from '../../db/database.ts';
import { findUser, findUserByEmail } from '../../db/identity.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { type UserError, invalid, notPermitted } from '../errors.ts';
import { textProblems } from '../validate.ts';
import { checkWorkspace } from './create-workspace.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { type Answer, declined, succeeded } from './errors.ts';
import { inEvenTime, mayCauseMail } from './limits.ts';

export type SignUpInput = {
  email: string;
  /** What people call the new workspace. */
  workspaceName: string;
  /** What colleagues call the person; otherwise what stands before the @. */
  name?: string | null;
  timeZone?: string | null;
  locale?: string | null;
  currency?: string | null;
};

/** What a link of a sign-up says about the workspace that it makes. */
export type SignUpDetails = Omit<SignUpInput, 'email'>;

type SignUpServices = Pick<
  Services, 'database' | 'newId' | 'now' | 'cursorSecret' | 'attemptsPerNetwork' | 'isSignUpOpen'>;

/**
 * Sends a mail with a link that makes the account and its workspace (`confirmSignUp`), or, to an address that has an
 * account, one that says so. The answer and its time are the same, and there is no password yet: whoever signs up with
 * somebody else's address has nothing in what comes of it.
 *
 * @throws ThrottledError
 */
export async function signUp(
  services: SignUpServices, { email: typed, ...details }: SignUpInput, origin: Origin,
): Promise<Answer<null>> {
  if (services.isSignUpOpen === false) return declined(notPermitted(closed));
  const { email, problems } = checkSignUp(services, typed, details);
  if (email === null || problems.length > 0) return declined(...problems);
  return inEvenTime(async () => {
    if (await mayCauseMail(services, origin, email)) {
      await services.database.transaction(platformWorkspaceId, async (tx) => {
        const user = await findUserByEmail(callerIn(tx), email);
        await (user ? tellKnown(tx, services, user.id, email) : sendSignUp(tx, services, email, details));
      });
    }
    return succeeded(null);
  });
}

/**
 * Sends the mail of a sign-up again, with a new link; the one before stops working. Where none is waiting nothing is
 * sent, and the answer is the same.
 *
 * @throws ThrottledError
 */
export async function resendSignUp(services: SignUpServices, typed: string, origin: Origin): Promise<Answer<null>> {
  const email = normaliseEmail(typed);
  if (email === null) return declined(noAddress());
  return inEvenTime(async () => {
    if (await mayCauseMail(services, origin, email)) {
      await services.database.transaction(platformWorkspaceId, async (tx) => {
        const waiting = await linkAbout(callerIn(tx), 'SIGN_UP', email);
        if (waiting) await sendSignUp(tx, services, email, waiting.details as SignUpDetails);
      });
    }
    return succeeded(null);
  });
}

const closed = 'Nobody signs up here: ask an administrator for an invitation.';

async function sendSignUp(
  tx: Transaction, services: SignUpServices, email: string, details: SignUpDetails,
): Promise<void> {
  const tokenId = await issueLink(callerIn(tx), services, 'SIGN_UP', { subject: email, email, details });
  await queueMail(tx, services, {
    template: 'confirm-address', to: { address: email, name: details.name, locale: details.locale },
    variables: { lifetimeMinutes: linkMinutes.SIGN_UP },
    link: { path: '/confirm-sign-up', purpose: 'SIGN_UP', tokenId },
    usefulUntil: linkEnd('SIGN_UP', services.now()),
  });
}

/** To whoever reads the mail of an address that is known already; whoever typed it is told nothing. */
export async function tellKnown(
  tx: Transaction, services: Pick<Services, 'newId' | 'now'>, userId: string, email: string,
): Promise<void> {
  const user = await findUser(callerIn(tx), userId);
  await queueMail(tx, services, {
    template: 'address-known', to: { address: email, name: user?.name }, variables: {}, link: { path: '/sign-in' },
  });
}

function checkSignUp(
  { newId }: Pick<Services, 'newId'>, typed: string, details: SignUpDetails,
): { email: string | null; problems: UserError[] } {
  const email = normaliseEmail(typed);
  const { problems } = checkWorkspace({ ...details, slug: 'any', name: details.workspaceName }, newId());
  return {
    email,
    problems: [
      ...(email === null ? [noAddress()] : []),
      ...textProblems(details.workspaceName, ['input', 'workspaceName'], { min: 1, max: 200 }),
      ...textProblems(details.name, ['input', 'name'], { max: 200 }),
      ...problems.filter(({ path }) => path[0] !== 'name').map((each) => ({ ...each, path: ['input', ...each.path] })),
    ],
  };
}

export function noAddress(...path: string[]): UserError {
  return invalid('This is no e-mail address that can sign in.', ...(path.length > 0 ? path : ['input', 'email']));
}
