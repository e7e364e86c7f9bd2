import { issueLink, linkEnd, linkMinutes } from '../../auth/link-tokens.ts';
import { callerIn } from '../../db/caller.ts';
import { findUser, findUserByEmail } from '../../db/identity.ts';
import { platformWorkspaceId } from '../../db/platform-workspace.ts';
import { queueMail } from '../../mail/queue-mail.ts';
import type { Origin, Services } from '../context.ts';
import { recordAccountEvent } from '../security-log/record-event.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { type Answer, declined, succeeded } from './errors.ts';
import { inEvenTime, mayCauseMail } from './limits.ts';
import { noAddress } from './sign-up.ts';

/**
 * Sends a link that sets a new password (`setPassword`), where the address has an account. The answer and its time are
 * the same where it has none. The old password goes on working until there is a new one.
 *
 * @throws ThrottledError
 */
export async function requestPasswordReset(
  services: Pick<Services, 'database' | 'newId' | 'now' | 'cursorSecret' | 'attemptsPerNetwork'>,
  typed: string, origin: Origin,
): Promise<Answer<null>> {
  const email = normaliseEmail(typed);
  if (email === null) return declined(noAddress());
  return inEvenTime(async () => {
    if (!await mayCauseMail(services, origin, email)) return succeeded(null);
    const known = await findUserByEmail(services.database, email);
    if (!known) return succeeded(null);
    await services.database.transaction(platformWorkspaceId, async (tx) => {
      const caller = callerIn(tx);
      const user = await findUser(caller, known.id);
      const tokenId = await issueLink(caller, services, 'RESET_PASSWORD', { subject: known.id, userId: known.id });
      await recordAccountEvent(caller, services, origin, {
        type: 'authn_token_created', userId: known.id, isOwn: false, detail: 'a link to set a new password',
      });
      await queueMail(tx, services, {
        template: 'reset-password', to: { address: email, name: user?.name },
        variables: { lifetimeMinutes: linkMinutes.RESET_PASSWORD },
        link: { path: '/reset-password', purpose: 'RESET_PASSWORD', tokenId },
        usefulUntil: linkEnd('RESET_PASSWORD', services.now()),
      });
    });
    return succeeded(null);
  });
}
